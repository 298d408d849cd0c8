import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { exportRuns } from '@ion/executor'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { notFoundError } from '../cli-error.ts'
import { examples } from '../help-text.ts'
import { artifactsOf, idsOf, moveAndTell } from '../moving.ts'
import { withStoreAt } from '../store-option.ts'

interface ExportFlags {
  from?: string
  output: string
  force?: boolean
}

/** `ion store export`: writes runs to one file. */
export function storeExportCommand(cli: Cli): Command {
  return new Command('export')
    .summary('write runs to one file')
    .description(
      'Writes runs to one file, with their whole logs, answers, outputs, annotations, log entries and artifacts, for `ion store import`. The file has its name ' +
        'only once it is whole. A run that somebody executes is refused and left out.',
    )
    .argument('[runs...]', 'ids of runs, or unique beginnings of them (default: all runs)')
    .option('--from <url>', 'the store to read from (default: the store that ion uses here)')
    .requiredOption('--output <file>', 'the file to make; packed with gzip when it ends in .gz')
    .option('--force', 'replace the file if it is there')
    .addHelpText(
      'after',
      examples(
        'ion store export --output runs.ion.gz',
        'ion store export 7f3a --from sqlite:ion.db --output run.ion',
      ),
    )
    .action(async (runs: string[], flags: ExportFlags) => {
      cli.exitCode = await exportTo(cli, runs, flags)
    })
}

async function exportTo(
  cli: Cli,
  references: string[],
  { from, output, force }: ExportFlags,
): Promise<number> {
  if (!existsSync(dirname(output))) throw notFoundError(`there is no folder ${dirname(output)}`)
  return await withStoreAt(cli, from, async ({ store, shownUrl }) => {
    const runs = await idsOf(store, references)
    const facts = { from: shownUrl, file: output }
    const words = { runSchema: 'ion/exported-run@1', schema: 'ion/store-export@1', verb: 'exported', facts }
    const side = { store, artifactsDir: await artifactsOf(store) }
    return await moveAndTell(cli, words, (moving) =>
      exportRuns({
        ...{ from: side, file: output, overwrite: force === true, ...moving },
        ...(runs ? { runs } : {}),
      }),
    )
  })
}

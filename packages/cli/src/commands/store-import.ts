import { existsSync } from 'node:fs'
import { importRuns } from '@ion/executor'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { notFoundError } from '../cli-error.ts'
import { examples } from '../help-text.ts'
import { artifactsOf, moveAndTell } from '../moving.ts'
import { withStoreAt } from '../store-option.ts'

/** `ion store import`: takes in the runs of a file. */
export function storeImportCommand(cli: Cli): Command {
  return new Command('import')
    .summary('take in the runs of a file that export made')
    .description(
      'Takes in the runs of a file that `ion store export` made. Each is verified before it lands; one that is there already, the same, ' +
        'is left alone. A file that was cut short or altered is refused with the line, and the runs before it stay.',
    )
    .argument('<file>', 'the file; unpacked when it ends in .gz')
    .option('--to <url>', 'the store that takes them in (default: the store that ion uses here)')
    .addHelpText('after', examples('ion store import runs.ion.gz --to postgres://ion@db.internal/jobs'))
    .action(async (file: string, { to }: { to?: string }) => {
      cli.exitCode = await importFrom(cli, file, to)
    })
}

async function importFrom(cli: Cli, file: string, url: string | undefined): Promise<number> {
  if (!existsSync(file)) throw notFoundError(`there is no file ${file}`)
  return await withStoreAt(cli, url, async ({ store, shownUrl }) => {
    const facts = { to: shownUrl, file }
    const words = { runSchema: 'ion/imported-run@1', schema: 'ion/store-import@1', verb: 'imported', facts }
    const to = { store, artifactsDir: await artifactsOf(store) }
    return await moveAndTell(cli, words, (moving) => importRuns({ to, file, ...moving }))
  })
}

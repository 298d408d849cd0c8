import { copyRuns } from '@ion/executor'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { usageError } from '../cli-error.ts'
import { examples } from '../help-text.ts'
import { artifactsOf, idsOf, moveAndTell } from '../moving.ts'
import { withStoreAt } from '../store-option.ts'

/** `ion store copy`: carries runs from one store to another. */
export function storeCopyCommand(cli: Cli): Command {
  return new Command('copy')
    .summary('copy runs to another store, where they can go on')
    .description(
      'Copies runs with their whole logs, answers, outputs, annotations, log entries and artifacts to another store, and holds each copy against its source. ' +
        'The source stays as it is. What is there already, the same, is left alone, so a copy that was cut short is done again. A run ' +
        'that somebody executes is refused. Copied runs are printed on stdout, a line for each.',
    )
    .argument('[runs...]', 'ids of runs, or unique beginnings of them (default: all runs)')
    .option('--from <url>', 'the store to copy from (default: the store that ion uses here)')
    .requiredOption('--to <url>', 'the store to copy to')
    .addHelpText(
      'after',
      examples(
        'ion store copy --from file:.ion/runs --to sqlite:ion.db',
        'ion store copy 7f3a --to postgres://ion@db.internal/jobs',
      ),
    )
    .action(async (runs: string[], { from, to }: { from?: string; to: string }) => {
      cli.exitCode = await copy(cli, { runs, from, to })
    })
}

async function copy(
  cli: Cli,
  { runs, from, to }: { runs: string[]; from: string | undefined; to: string },
): Promise<number> {
  return await withStoreAt(cli, from, async (source) => {
    return await withStoreAt(cli, to, async (target) => {
      if (source.shownUrl === target.shownUrl) throw usageError('--from and --to are the same store')
      const ids = await idsOf(source.store, runs)
      const facts = { from: source.shownUrl, to: target.shownUrl }
      const words = { runSchema: 'ion/copied-run@1', schema: 'ion/store-copy@1', verb: 'copied', facts }
      const sides = {
        from: { store: source.store, artifactsDir: await artifactsOf(source.store) },
        to: { store: target.store, artifactsDir: await artifactsOf(target.store) },
      }
      return await moveAndTell(cli, words, (moving) =>
        copyRuns({ ...sides, ...moving, ...(ids ? { runs: ids } : {}) }),
      )
    })
  })
}

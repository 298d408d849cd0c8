import { type UsageKey, type UsageStats, usageKeys, usageStats } from '@ion/executor'
import { Command, InvalidArgumentError } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { runCount } from '../output/pruned.ts'
import { usageRemarks, usageTable } from '../output/usage-table.ts'
import { withStore } from '../store-option.ts'
import { time } from '../time-option.ts'

interface UsageFlags {
  workflow?: string
  since?: string
  until?: string
  by?: UsageKey[]
}

/** `ion usage`: what agents cost. */
export function usageCommand(cli: Cli): Command {
  return new Command('usage')
    .summary('show how often agents were called, and what that cost')
    .description(
      'Shows how often agents were called and what that cost, by workflow and model, from the logs of the runs: failed calls, retries and ' +
        'what was run again count. Tokens and cost are what the agents report; ? is unknown, and with + some calls reported nothing.',
    )
    .option('--workflow <prefix>', 'only of workflows whose name begins so')
    .option('--since <time>', 'only of runs created since: 7d, 12h, or a date such as 2026-01-31', time)
    .option('--until <time>', 'only of runs created before', time)
    .option(
      '--by <what>',
      `a line for each (repeat for more): ${usageKeys.join(', ')} (default: workflow, model)`,
      collectKey,
    )
    .addHelpText(
      'after',
      examples('ion usage --since 7d', 'ion usage --workflow review --by day --by model --json'),
    )
    .action(async (flags: UsageFlags) => {
      cli.exitCode = await showUsage(cli, flags)
    })
}

async function showUsage(cli: Cli, flags: UsageFlags): Promise<number> {
  const { terminal, options } = cli
  const { workflow: prefix, since, until, by = ['workflow', 'model'] } = flags
  const stats = await withStore(cli, async (store) => {
    const times = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
    return await usageStats({ store, by, ...times, ...(prefix === undefined ? {} : { prefix }) })
  })
  if (options.json) {
    const asked = { workflow: prefix ?? null, since: since ?? null, until: until ?? null, by }
    terminal.printJson({ schema: 'ion/usage@1', ...asked, ...stats })
  } else tell(cli, stats, by)
  return stats.unreadable > 0 ? exitCodes.unavailable : exitCodes.completed
}

function tell({ terminal }: Cli, stats: UsageStats, by: readonly UsageKey[]): void {
  if (stats.totals.calls === 0) terminal.note('no agent was called in such runs')
  else {
    for (const line of usageTable(stats, by)) terminal.print(line)
    for (const line of usageRemarks(stats.totals)) terminal.note(line)
  }
  for (const { runId, reason } of stats.faults) terminal.say(`ion: run ${runId} is not counted: ${reason}`)
  const more = stats.unreadable - stats.faults.length
  if (more > 0) terminal.say(`ion: ${runCount(more)} more can't be read either`)
}

function collectKey(text: string, before: UsageKey[] = []): UsageKey[] {
  const wanted = text.split(',').map((word) => {
    const key = usageKeys.find((known) => known === word.trim())
    if (key === undefined) throw new InvalidArgumentError(`It must be one of ${usageKeys.join(', ')}.`)
    return key
  })
  return [...new Set([...before, ...wanted])]
}

import {
  type PrunableStatus,
  type PruneOptions,
  type PruneResult,
  prunableStatuses,
  pruneRuns,
} from '@ion/executor'
import type { IWorkflowStore, RunSummary } from '@ion/store'
import { Command, InvalidArgumentError } from 'commander'
import type { Cli } from '../cli.ts'
import { usageError } from '../cli-error.ts'
import { canAsk, confirm } from '../confirm.ts'
import { duration } from '../duration-option.ts'
import { exitCodeOfSignal, exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { positiveInteger } from '../number-option.ts'
import { between, formatAge } from '../output/duration.ts'
import { oneLine } from '../output/one-line.ts'
import { keptInWords, runCount } from '../output/pruned.ts'
import { readRunRecord } from '../run-record.ts'
import { listenForStop } from '../stop-signals.ts'
import { withStore } from '../store-option.ts'

interface PruneFlags {
  keep?: number
  olderThan?: number
  status?: PrunableStatus[]
  workflow?: string
  dryRun?: boolean
  yes?: boolean
}

/** `ion prune`: deletes runs that have ended. */
export function pruneCommand(cli: Cli): Command {
  return new Command('prune')
    .summary('delete runs that have ended, with their logs and artifacts')
    .description(
      'Deletes runs that have ended, with the logs and artifacts that this machine has of them. A run goes when it meets every ' +
        'condition; at least one is needed. Failed runs can be resumed, and go only with --status failed; a run that waits, runs ' +
        'or was interrupted never goes. What goes is printed on stdout, a line for each run.',
    )
    .option(
      '--keep <n>',
      'keep the newest so many of each workflow, of those with such a status',
      positiveInteger,
    )
    .option('--older-than <time>', 'only runs that ended so long ago: 45m, 12h, 30d, 2w', duration)
    .option(
      '--status <status>',
      `only these (repeat for more): ${prunableStatuses.join(', ')} (default: completed, cancelled)`,
      collectStatus,
    )
    .option('--workflow <name>', 'only runs of this workflow')
    .option('--dry-run', 'delete nothing, only print what would go')
    .option('--yes', 'delete without asking')
    .addHelpText(
      'after',
      examples('ion prune --older-than 30d --dry-run', 'ion prune --keep 10 --status completed,failed --yes'),
    )
    .action(async (flags: PruneFlags) => {
      cli.exitCode = await prune(cli, flags)
    })
}

async function prune(cli: Cli, flags: PruneFlags): Promise<number> {
  const { keep, olderThan, status, workflow, dryRun = false, yes = false } = flags
  if ([keep, olderThan, status, workflow].every((condition) => condition === undefined)) {
    throw usageError(
      'no condition is given, and every run that has ended would go',
      'give --keep, --older-than, --status or --workflow',
    )
  }
  if (!dryRun && !yes && !canAsk(cli)) {
    throw usageError('nothing is deleted without asking', 'give --yes, or --dry-run to see what would go')
  }
  return await withStore(cli, async (store) => {
    const options = pruneOptions(store, flags)
    const isAgreed = dryRun || yes || (await ask(cli, options))
    return isAgreed ? await pruneAndTell(cli, { ...options, dryRun }) : exitCodes.failed
  })
}

function pruneOptions(store: IWorkflowStore, flags: PruneFlags): PruneOptions {
  const { keep, olderThan, status, workflow } = flags
  return {
    store,
    artifactsDir: (run) => readRunRecord(run).artifactsDir ?? undefined,
    ...(keep === undefined ? {} : { keep }),
    ...(olderThan === undefined ? {} : { endedBefore: new Date(Date.now() - olderThan).toISOString() }),
    ...(status === undefined ? {} : { status }),
    ...(workflow === undefined ? {} : { workflowName: workflow }),
  }
}

/** Asks with the number of runs that would go; nobody is asked for none. */
async function ask({ terminal }: Cli, options: PruneOptions): Promise<boolean> {
  const { deleted } = await pruneRuns({ ...options, dryRun: true })
  if (deleted === 0 || (await confirm(`delete ${runCount(deleted)} for good?`))) return true
  terminal.say('nothing was deleted')
  return false
}

async function pruneAndTell(cli: Cli, options: PruneOptions): Promise<number> {
  const { terminal } = cli
  const { json = false } = cli.options
  const dryRun = options.dryRun === true
  const print = json
    ? (run: RunSummary) => terminal.printJson(runAsData(run))
    : (run: RunSummary) => terminal.print(lineOf(run))
  const stop = listenForStop({
    onFirst: () => terminal.say('stopping …'),
    onSecond: () => {},
  })
  try {
    const result = await pruneRuns({ ...options, signal: stop.signal, onPruned: print })
    if (json) terminal.printJson({ schema: 'ion/prune@1', dryRun, ...result })
    else tell(cli, result, dryRun)
    const signal = stop.received()
    if (signal !== null) return exitCodeOfSignal(signal)
    return result.leftFolders.length > 0 ? exitCodes.failed : exitCodes.completed
  } finally {
    stop.release()
  }
}

function runAsData({ id: runId, workflowName, status, createdAt, finishedAt }: RunSummary) {
  return { schema: 'ion/pruned-run@1', runId, workflowName, status, createdAt, finishedAt }
}

function lineOf({ id, workflowName, status, finishedAt, updatedAt }: RunSummary): string {
  const age = formatAge(between(finishedAt ?? updatedAt, new Date().toISOString()))
  return `${id}  ${oneLine(workflowName)}  ${status}  ${age}`
}

function tell({ terminal }: Cli, result: PruneResult, dryRun: boolean): void {
  terminal.note(`${dryRun ? 'would delete' : 'deleted'} ${runCount(result.deleted)}`)
  for (const line of keptInWords(result.kept)) terminal.note(line)
  for (const { runId, reason } of result.leftFolders) {
    terminal.say(`ion: the files of run ${runId} could not be removed: ${reason}`)
  }
}

function collectStatus(text: string, before: PrunableStatus[] = []): PrunableStatus[] {
  const wanted = text.split(',').map((word) => {
    const status = prunableStatuses.find((known) => known === word.trim())
    if (status === undefined) {
      throw new InvalidArgumentError(`It must be one of ${prunableStatuses.join(', ')}.`)
    }
    return status
  })
  return [...before, ...wanted]
}

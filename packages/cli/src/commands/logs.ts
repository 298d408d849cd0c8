import { readFile } from 'node:fs/promises'
import {
  hasLogs,
  type IWorkflowStore,
  type LogLevel,
  logLevels,
  type StoredLogEntry,
  type WorkflowRun,
} from '@ion/store'
import { Command, Option } from 'commander'
import type { Cli } from '../cli.ts'
import { notFoundError, usageError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { followPrinted } from '../follow-printed.ts'
import { examples } from '../help-text.ts'
import { checkPath, knownPaths } from '../known-paths.ts'
import { type AttemptLog, listAttemptLogs } from '../list-logs.ts'
import { printLogEntries, readLogEntries, storeWithLogs } from '../log-entries.ts'
import { positiveInteger } from '../number-option.ts'
import { printPrefixed, printWhole } from '../printed-logs.ts'
import { runPaths } from '../run-paths.ts'
import { findRun } from '../run-reference.ts'
import { withStore } from '../store-option.ts'
import { time } from '../time-option.ts'

interface LogFlags {
  node?: string
  attempt?: number
  entries?: boolean
  level?: LogLevel
  since?: string
  follow?: boolean
}

interface LogWishes {
  node: string | undefined
  attempt: number | undefined
}

/** What is shown, and of which run. */
interface ShownLogs {
  store: IWorkflowStore
  run: WorkflowRun
  node: string | undefined
  flags: LogFlags
}

/** `ion logs`: what nodes printed, and what was noted of a run. */
export function logsCommand(cli: Cli): Command {
  return new Command('logs')
    .summary('print what the nodes of a run printed, or what was noted of it')
    .description(
      "Prints a node's log, all its attempts and iterations in order. Without a node it prints those of all nodes, each line " +
        'with its node in front. With --entries, --level or --since it prints the log entries instead, which have a time and a ' +
        'level: what agents note, and why nodes failed, were tried again, were skipped, or wait.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
    .argument('[node]', 'id of a node, or the path of an iteration such as refine/3')
    .option('--node <path>', 'the same as naming the node behind the run')
    .option('--attempt <n>', 'only this attempt', positiveInteger)
    .option('--entries', 'log entries, in place of what was printed')
    .addOption(
      new Option('--level <level>', 'log entries of this level, and of those that matter more').choices(
        logLevels,
      ),
    )
    .option('--since <time>', 'log entries from then on: a time ago such as 10m, or a date', time)
    .option('--follow', 'go on until the run has ended')
    .addHelpText(
      'after',
      examples('ion logs latest build', 'ion logs 7f3a --follow', 'ion logs latest --level warn --since 1h'),
    )
    .action(async (reference: string, named: string | undefined, flags: LogFlags) => {
      const node = named ?? flags.node
      if (flags.node !== undefined && flags.node !== node) throw usageError('two different nodes were named')
      await withStore(cli, async (store) => {
        const run = await findRun(store, reference)
        if (node !== undefined) checkPath(run, await knownPaths(store, run), node)
        await printLogs(cli, { store, run, node, flags })
      })
      cli.exitCode = exitCodes.completed
    })
}

async function printLogs(cli: Cli, shown: ShownLogs): Promise<void> {
  const { store, run, node, flags } = shown
  const { attempt, entries = false, level, since, follow = false } = flags
  const wantsEntries = entries || level !== undefined || since !== undefined
  if (wantsEntries) storeWithLogs(store)
  if (wantsEntries && (follow || !cli.options.json)) {
    await printLogEntries(cli, { store, runId: run.id, filter: filterOf(shown), follow })
  } else if (follow) {
    const { logs: folder } = await runPaths(store, run)
    await followPrinted(cli, { store, runId: run.id, folder, node, attempt })
  } else {
    const logs = wantsEntries ? [] : await chooseLogs({ store, run }, { node, attempt })
    if (cli.options.json) await printAsData(cli, shown, logs)
    else if (node === undefined) await printPrefixed(cli, logs)
    else await printWhole(cli, logs)
  }
}

function filterOf({ node: nodeId, flags: { level, since, attempt } }: Omit<ShownLogs, 'store' | 'run'>) {
  return {
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(level === undefined ? {} : { level }),
    ...(since === undefined ? {} : { since }),
    ...(attempt === undefined ? {} : { attempt }),
  }
}

async function chooseLogs(
  { store, run }: { store: IWorkflowStore; run: WorkflowRun },
  { node, attempt }: LogWishes,
): Promise<AttemptLog[]> {
  const order = await knownPaths(store, run)
  const all = await listAttemptLogs(await runPaths(store, run), order)
  const ofNode = all.filter(({ path }) => node === undefined || path === node || path.startsWith(`${node}/`))
  const wanted = ofNode.filter((log) => attempt === undefined || log.attempt === attempt)
  if (attempt !== undefined && wanted.length === 0)
    throw notFoundError(`there is no log of attempt ${attempt}`)
  return wanted
}

async function printAsData({ terminal }: Cli, shown: ShownLogs, logs: AttemptLog[]): Promise<void> {
  const read = await Promise.all(
    logs.map(async (log) => ({ ...log, text: await readFile(log.file, 'utf8') })),
  )
  const { store, run } = shown
  const wishes = { store, runId: run.id, filter: filterOf(shown) }
  const entries: StoredLogEntry[] = []
  if (hasLogs(store)) for await (const entry of readLogEntries(wishes)) entries.push(entry)
  terminal.printJson({ schema: 'ion/logs@1', runId: run.id, logs: read, entries })
}

import { setTimeout as sleep } from 'node:timers/promises'
import {
  hasEnded,
  hasLogs,
  type IWorkflowStore,
  type LogFilter,
  type Logs,
  type StoredLogEntry,
} from '@ion/store'
import type { Cli } from './cli.ts'
import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { logEntryLine } from './output/log-entry-line.ts'

/** How often a run is looked at for what is new, and how late its last entries may come, in milliseconds. */
const pollMs = 250
const lastEntriesMs = 1_000

/** Which log entries of which run. */
export interface LogEntryWishes {
  store: IWorkflowStore
  runId: string
  filter: LogFilter
  /** Whether to go on until the run has ended. */
  follow: boolean
}

/** @throws {CliError} when the store keeps no log entries. */
export function storeWithLogs<Store extends IWorkflowStore>(store: Store): Store & Logs {
  if (hasLogs(store)) return store
  throw new CliError('this store keeps no log entries', { code: 'no_log_entries', exitCode: exitCodes.usage })
}

/** Prints log entries, a line each. */
export async function printLogEntries({ terminal, options }: Cli, wishes: LogEntryWishes): Promise<void> {
  let isAny = false
  for await (const entry of wishes.follow ? followLogEntries(wishes) : readLogEntries(wishes)) {
    if (terminal.outputClosed) return
    isAny = true
    if (options.json) terminal.printJson({ schema: 'ion/log-entry@1', ...entry })
    else await terminal.write(`${logEntryLine(entry, terminal.dataColors)}\n`)
  }
  if (!isAny) terminal.note('nothing was noted')
}

/** The log entries that there are by now. */
export async function* readLogEntries(
  { store, runId, filter }: Omit<LogEntryWishes, 'follow'>,
  after = 0,
): AsyncGenerator<StoredLogEntry> {
  const limit = 1_000
  for (let last = after; ; ) {
    const page = await storeWithLogs(store).listLogEntries(runId, { ...filter, after: last, limit })
    yield* page
    last = page.at(-1)?.sequence ?? last
    if (page.length < limit) return
  }
}

/** The log entries that there are, and those that come until the run has ended. */
async function* followLogEntries(wishes: LogEntryWishes): AsyncGenerator<StoredLogEntry> {
  let after = 0
  for await (const _ of looks(wishes)) {
    for await (const entry of readLogEntries(wishes, after)) {
      after = entry.sequence
      yield entry
    }
  }
}

/** The moments to look at a run for what is new: at once, again and again, and a last time when it has ended. */
export async function* looks({
  store,
  runId,
}: Pick<LogEntryWishes, 'store' | 'runId'>): AsyncGenerator<'more' | 'last'> {
  for (;;) {
    const run = await store.getWorkflowRun(runId)
    if (run === null || hasEnded(run.status)) break
    yield 'more'
    await sleep(pollMs)
  }
  yield 'more'
  // Who executes the run writes its last entries when it has ended.
  await sleep(lastEntriesMs)
  yield 'last'
}

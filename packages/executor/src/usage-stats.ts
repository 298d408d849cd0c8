import {
  callsOf,
  type IWorkflowStore,
  isStoreError,
  type Page,
  type RecordedUsage,
  type RunFilter,
  type RunSummary,
  readLog,
} from '@ion/store'
import { ExecutorError } from './errors.ts'
import { patienceOf, patiently } from './patience.ts'
import { UsageRows } from './usage-rows.ts'
import { type UsageKey, type UsageStats, type UsageStatsOptions, usageKeys } from './usage-stats-options.ts'

const pageSize = 1_000
const logsAtOnce = 8
const mostFaults = 100

/**
 * What the agents of many runs cost, read from their logs. Memory does not grow with the number of runs. A run that is deleted meanwhile is
 * not counted.
 *
 * @throws {ExecutorError} `invalid_condition`; a `StoreError`; the signal's reason.
 *
 * @example
 * const { totals, rows } = await usageStats({ store, prefix: 'review', since: '2026-01-01', by: ['model'] })
 */
export async function usageStats(options: UsageStatsOptions): Promise<UsageStats> {
  const { store, prefix = '', signal } = options
  const filter = filterOf(options)
  const rows = new UsageRows(keysOf(options.by))
  const faults: UsageStats['faults'] = []
  let unreadable = 0
  for await (const runs of pages(store, filter)) {
    const wanted = runs.filter(({ workflowName }) => workflowName.startsWith(prefix)).values()
    const readNext = async () => {
      for (const run of wanted) {
        signal?.throwIfAborted()
        const read = await readCalls(store, run)
        if ('calls' in read) rows.add(run, read.calls)
        else {
          unreadable += 1
          if (faults.length < mostFaults) faults.push({ runId: run.id, reason: read.reason })
        }
      }
    }
    // The first fault ends it: what the others would still read is taken from them.
    const drop = (error: unknown) => {
      for (const _ of wanted);
      throw error
    }
    await Promise.all(Array.from({ length: logsAtOnce }, () => readNext().catch(drop)))
  }
  return { totals: rows.totals, rows: rows.sorted(), unreadable, faults }
}

/** The calls of a run; none of one that is gone. */
async function readCalls(
  store: IWorkflowStore,
  { id }: RunSummary,
): Promise<{ calls: RecordedUsage[][] } | { reason: string }> {
  try {
    return await patiently(patienceOf({}), async () => {
      const calls: RecordedUsage[][] = []
      for await (const { payload } of readLog(store, id)) {
        if ('usage' in payload && Array.isArray(payload.usage)) calls.push(...callsOf(payload.usage))
      }
      return { calls }
    })
  } catch (error) {
    if (isStoreError(error, 'not_found')) return { calls: [] }
    if (isStoreError(error, 'corrupt')) return { reason: error.message }
    throw error
  }
}

async function* pages(store: IWorkflowStore, filter: RunFilter): AsyncGenerator<RunSummary[]> {
  let cursor: string | null = null
  let begun = false
  do {
    const from: string | null = cursor
    const page: Page<RunSummary> = await patiently({ ...patienceOf({}), begun }, () =>
      store.listWorkflowRuns(filter, { limit: pageSize, ...(from === null ? {} : { cursor: from }) }),
    )
    yield page.items
    begun = true
    cursor = page.next
  } while (cursor !== null)
}

function filterOf({ since, until }: UsageStatsOptions): RunFilter {
  return {
    ...(since === undefined ? {} : { createdAfter: timeOf(since) }),
    ...(until === undefined ? {} : { createdBefore: timeOf(until) }),
  }
}

function timeOf(given: Date | string): string {
  const time = new Date(given)
  if (!Number.isNaN(time.getTime())) return time.toISOString()
  throw new ExecutorError('invalid_condition', `${JSON.stringify(given)} is no time`)
}

function keysOf(by: readonly UsageKey[] = ['workflow', 'model']): readonly UsageKey[] {
  const unknown = by.find((key) => !usageKeys.includes(key))
  if (unknown === undefined) return by
  throw new ExecutorError(
    'invalid_condition',
    `usage is told apart by ${usageKeys.join(', ')}, not by ${JSON.stringify(unknown)}`,
  )
}

import type { IWorkflowStore, Page, RunFilter, RunSummary } from '@ion/store'
import { patienceOf, patiently } from './patience.ts'
import type { PruneOptions, PruneResult } from './prune-options.ts'
import { type CheckedConditions, checkConditions, Retention } from './prune-retention.ts'
import { type Pruning, pruneRun } from './prune-run.ts'

const pageSize = 1_000
const deletionsAtOnce = 8

/**
 * Deletes runs that have ended, with their logs and artifacts on this machine. A run goes when it meets every condition; one that has
 * not ended, or that somebody holds, stays whatever the conditions say. Memory does not grow with the number of runs.
 *
 * @throws {ExecutorError} `invalid_condition`, also when there is no condition; a `StoreError`.
 *
 * @example
 * const monthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString()
 * const { deleted } = await pruneRuns({ store, keep: 10, endedBefore: monthAgo })
 */
export async function pruneRuns(options: PruneOptions): Promise<PruneResult> {
  const conditions = checkConditions(options)
  const retention = new Retention(conditions)
  const result: PruneResult = {
    deleted: 0,
    kept: { status: 0, newest: 0, recent: 0, held: 0, changed: 0, damaged: 0 },
    leftFolders: [],
    interrupted: false,
  }
  for await (const runs of pages(options.store, conditions)) {
    if (options.signal?.aborted) break
    const doomed = runs.filter((run) => {
      const reason = retention.judge(run)
      if (reason !== null) result.kept[reason] += 1
      return reason === null
    })
    await deleteAll(doomed, { options, status: conditions.status, result })
  }
  return { ...result, interrupted: options.signal?.aborted === true }
}

/**
 * The runs page by page, newest first. Each page is read before the runs of the one before are deleted, so that a cursor never
 * names a run that is gone.
 */
async function* pages(store: IWorkflowStore, conditions: CheckedConditions): AsyncGenerator<RunSummary[]> {
  const { workflowName } = conditions
  const filter: RunFilter = workflowName === null ? {} : { workflowName }
  const read = (cursor: string | null, begun: boolean): Promise<Page<RunSummary>> =>
    patiently({ ...patienceOf({}), begun }, () =>
      store.listWorkflowRuns(filter, { limit: pageSize, ...(cursor === null ? {} : { cursor }) }),
    )
  let page: Page<RunSummary> | null = await read(null, false)
  while (page !== null) {
    const next: Page<RunSummary> | null = page.next === null ? null : await read(page.next, true)
    yield page.items
    page = next
  }
}

/** Deletes some at once; after a failure none is begun any more, and it is thrown when those under way are over. */
async function deleteAll(runs: RunSummary[], pruning: Pruning): Promise<void> {
  const { options, result } = pruning
  const waiting = runs.values()
  let failed = false
  const deleteNext = async () => {
    for (const run of waiting) {
      if (failed || options.signal?.aborted) return
      const reason = options.dryRun ? null : await pruneRun(run, pruning)
      if (reason === 'gone') continue
      if (reason !== null) result.kept[reason] += 1
      else {
        result.deleted += 1
        options.onPruned?.(run)
      }
    }
  }
  const workers = Array.from({ length: options.dryRun ? 1 : deletionsAtOnce }, () =>
    deleteNext().catch((error: unknown) => {
      failed = true
      throw error
    }),
  )
  for (const worker of await Promise.allSettled(workers))
    if (worker.status === 'rejected') throw worker.reason
}

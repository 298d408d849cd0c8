import { hasRunFolders, isStoreError, type RunSummary, type WorkflowRun } from '@ion/store'
import { patienceOf, patiently } from './patience.ts'
import type { KeptReason, PruneOptions, PruneResult } from './prune-options.ts'
import { isPrunable } from './prune-retention.ts'
import { type RunFolderPlace, removeRunFolder } from './run-folder.ts'
import { placeOfRun } from './run-place.ts'

/** What the deletions of a pruning work with. */
export interface Pruning {
  options: PruneOptions
  /** The statuses of runs that may go. */
  status: ReadonlySet<string>
  /** What it has come to so far. */
  result: PruneResult
}

const mostLeftFolders = 100

/** Deletes a run, unless it turns out to be one that stays, or that another has deleted. */
export async function pruneRun({ id }: RunSummary, pruning: Pruning): Promise<KeptReason | 'gone' | null> {
  const { options, status, result } = pruning
  const { store } = options
  const patience = patienceOf({})
  try {
    const run = await patiently(patience, () => store.getWorkflowRun(id))
    if (run === null) return 'gone'
    if (run.claim?.state === 'live') return 'held'
    if (!isPrunable(run, status)) return 'changed'
    const place = await placeOf(run, options)
    const removeFiles = () => removeFolder(place, result)
    const deleteRecord = () => patiently(patience, () => store.deleteWorkflowRun(id))
    // A final run loses its files while its id is taken still: a new run of that id has its own. One that may be resumed keeps them
    // until that is over.
    const steps = run.status === 'failed' ? [deleteRecord, removeFiles] : [removeFiles, deleteRecord]
    for (const step of steps) await step()
    return null
  } catch (error) {
    if (isStoreError(error, 'lease_lost')) return 'held'
    if (isStoreError(error, 'not_found')) return 'gone'
    if (isStoreError(error, 'corrupt')) return 'damaged'
    throw error
  }
}

/** Where a run's folder is, where the store does not keep it itself. */
async function placeOf(
  run: WorkflowRun,
  { store, artifactsDir }: PruneOptions,
): Promise<RunFolderPlace | null> {
  const root = typeof artifactsDir === 'function' ? artifactsDir(run) : artifactsDir
  if (root === undefined && hasRunFolders(store)) return null
  return await placeOfRun(run, { store, artifactsDir: root })
}

async function removeFolder(place: RunFolderPlace | null, { leftFolders }: PruneResult): Promise<void> {
  if (place === null) return
  try {
    await removeRunFolder(place)
  } catch (error) {
    if (leftFolders.length === mostLeftFolders) return
    const reason = error instanceof Error ? error.message : String(error)
    leftFolders.push({ runId: place.runId, reason })
  }
}

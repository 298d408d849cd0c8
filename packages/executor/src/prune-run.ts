import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasRunFolders, isStoreError, type RunSummary, type WorkflowRun } from '@ion/store'
import { patienceOf, patiently } from './patience.ts'
import type { KeptReason, PruneOptions, PruneResult } from './prune-options.ts'
import { isPrunable } from './prune-retention.ts'
import { type RunFolderPlace, removeRunFolder, runFolderPath } from './run-folder.ts'
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
    // What is resumed from here on has another last sequence, or is held.
    const expected = { expectedSequence: run.lastSequence }
    const deleteRecord = () => patiently(patience, () => store.deleteWorkflowRun(id, expected))
    // A final run loses its files while its id is taken still: a new run of that id has its own. One that may be resumed keeps them
    // until that is over.
    const steps = run.status === 'failed' ? [deleteRecord, removeFiles] : [removeFiles, deleteRecord]
    for (const step of steps) await step()
    return null
  } catch (error) {
    if (isStoreError(error, 'lease_lost')) return 'held'
    if (isStoreError(error, 'conflict')) return 'changed'
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
  const place = await placeOfRun(run, { store, artifactsDir: root })
  const isOwn = hasRunFolders(store) && store.runFolder(run.id) === runFolderPath(place)
  return isOwn ? null : place
}

async function removeFolder(place: RunFolderPlace | null, { leftFolders }: PruneResult): Promise<void> {
  if (place === null) return
  try {
    await checkNoLog(place)
    await removeRunFolder(place)
  } catch (error) {
    if (leftFolders.length === mostLeftFolders) return
    const reason = error instanceof Error ? error.message : String(error)
    leftFolders.push({ runId: place.runId, reason })
  }
}

/** Where a store in files keeps a run, which then has its files there, another store's run of that id takes nothing away. */
async function checkNoLog(place: RunFolderPlace): Promise<void> {
  const path = runFolderPath(place)
  const log = await lstat(join(path, 'events.jsonl')).catch(() => null)
  if (log) throw new Error(`${path} is also the folder of a run that a store in files has`)
}

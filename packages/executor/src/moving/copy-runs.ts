import {
  digestSnapshot,
  type IWorkflowStore,
  importsRuns,
  type RunImport,
  type RunSnapshot,
  snapshotOf,
  type WorkflowRun,
} from '@ion/store'
import { ExecutorError } from '../errors.ts'
import { patienceOf, patiently } from '../patience.ts'
import { chosenRuns } from './chosen-runs.ts'
import { annotationPages, moveAnnotations } from './move-annotations.ts'
import { logEntriesIn, moveLogEntries } from './move-log-entries.ts'
import type { MovingOptions, MovingResult, MovingSide } from './moved-run.ts'
import { type MovedParts, MovingTally, nothingMoved, writtenParts } from './moving-tally.ts'
import { copyRunFiles } from './run-files.ts'
import { settledRun, settledSnapshot } from './settled-run.ts'
import { folderOn } from './side-folder.ts'

/** Which runs are copied, and where to. */
export interface CopyOptions extends MovingOptions {
  from: MovingSide
  to: MovingSide
  /** Ids of the runs. Default: all, newest first. */
  runs?: readonly string[]
}

/**
 * Copies runs from one store to another, with their whole logs, signals, large outputs, annotations, log entries, artifacts and what
 * their nodes printed. What was
 * copied is read again and held against the source by a digest. The source stays as it is; a run that is in the other store already,
 * the same, is left alone, so that a copying that was cut short goes on where it was.
 *
 * A run that somebody holds, that is there with other content, or that is damaged, is refused; the others go on.
 *
 * @throws {ExecutorError} `cannot_import` when the other store takes no runs in; a `StoreError`, `unavailable`.
 *
 * @example
 * const { refused } = await copyRuns({ from: { store: files }, to: { store: postgres } })
 */
export async function copyRuns(options: CopyOptions): Promise<MovingResult> {
  const { from, to, runs } = options
  const target = importerOf(to.store)
  const tally = new MovingTally(options)
  for await (const id of chosenRuns(from.store, runs)) {
    if (tally.stopped) return tally.result(true)
    const moved = nothingMoved()
    try {
      tally.moved(id, await copyRun(id, { from, to, target, moved }), moved)
    } catch (error) {
      tally.refused(id, error, moved)
    }
  }
  return tally.result()
}

/** The store as one that takes runs in. @throws {ExecutorError} `cannot_import` */
export function importerOf(store: IWorkflowStore): IWorkflowStore & RunImport {
  if (importsRuns(store)) return store
  throw new ExecutorError('cannot_import', 'the store takes in no runs of other stores')
}

interface Copying {
  from: MovingSide
  to: MovingSide
  target: IWorkflowStore & RunImport
  moved: MovedParts
}

async function copyRun(id: string, { from, to, target, moved }: Copying): Promise<'copied' | 'present'> {
  const run = await settledRun(from.store, id)
  const isPresent = (await patiently(patienceOf({}), () => target.getWorkflowRun(id))) !== null
  const imported = await patiently(patienceOf({}), () =>
    target.importWorkflowRun(settledSnapshot(from.store, run)),
  )
  const digest = await patiently(patienceOf({}), () => digestSnapshot(snapshotOf(from.store, run)))
  await verifyImported(target, imported, digest)
  const [first] = await patiently(patienceOf({}), () => from.store.getWorkflowEvents(id, { limit: 1 }))
  await copyRunFiles(folderOn(from, run, first), folderOn(to, imported, first), moved.files)
  await moveAnnotations(annotationPages(from.store, id), { store: to.store, id, moved })
  await moveLogEntries(logEntriesIn(from.store, id), { store: to.store, id, moved })
  return isPresent && writtenParts(moved) === 0 ? 'present' : 'copied'
}

/**
 * Reads again what was imported, as far as it was, since the run may have been taken up already.
 *
 * @throws {ExecutorError} `copy_mismatch` when it is not what was to be imported.
 */
export async function verifyImported(
  store: IWorkflowStore,
  imported: WorkflowRun,
  digest: string,
): Promise<void> {
  const read = (): RunSnapshot => snapshotOf(store, imported)
  if ((await patiently(patienceOf({}), () => digestSnapshot(read()))) === digest) return
  throw new ExecutorError(
    'copy_mismatch',
    `run ${imported.id} was not copied as it is: its digest differs. Delete the copy before it is copied again`,
    { runId: imported.id },
  )
}

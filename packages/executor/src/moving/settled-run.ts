import {
  type IWorkflowStore,
  NotFoundError,
  type RunSnapshot,
  snapshotOf,
  type WorkflowRun,
} from '@ion/store'
import { ExecutorError, RunHeldError } from '../errors.ts'
import { patienceOf, patiently } from '../patience.ts'

/**
 * A run that nobody executes.
 *
 * @throws {NotFoundError}; {RunHeldError} when somebody alive holds it.
 */
export async function settledRun(store: IWorkflowStore, id: string): Promise<WorkflowRun> {
  const run = await patiently(patienceOf({}), () => store.getWorkflowRun(id))
  if (!run) throw new NotFoundError(`there is no run ${id}`)
  if (run.claim?.state === 'live') throw new RunHeldError(id, run.claim)
  return run
}

/**
 * A run's snapshot that is looked at once more when all of it has been read: whoever takes it in learns before it lands that the run
 * went on meanwhile.
 *
 * @throws while it is read: {RunHeldError}; {ExecutorError} `run_changed`.
 */
export function settledSnapshot(store: IWorkflowStore, run: WorkflowRun): RunSnapshot {
  const snapshot = snapshotOf(store, run)
  async function* blobs() {
    yield* snapshot.blobs
    await checkUnchanged(store, run)
  }
  return { ...snapshot, blobs: blobs() }
}

async function checkUnchanged(store: IWorkflowStore, before: WorkflowRun): Promise<void> {
  const { claim: _, ...now } = await settledRun(store, before.id)
  const isSame =
    now.lastSequence === before.lastSequence &&
    now.lastSignal === before.lastSignal &&
    now.updatedAt === before.updatedAt &&
    now.status === before.status
  if (isSame) return
  throw new ExecutorError('run_changed', `run ${before.id} changed while it was read; move it again`, {
    runId: before.id,
  })
}

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Append,
  type Appended,
  type ClaimView,
  hasEnded,
  isStoreError,
  type NewSignal,
  type RunStatus,
  type WorkflowRun,
  type WorkflowSignal,
} from '@ion/store'
import { cancelledEnding, openPaths } from './ending.ts'
import { ExecutorError } from './errors.ts'
import { type LoadedRun, loadRun } from './load-run.ts'
import { LogBook } from './log-book.ts'
import type { CancelOptions } from './options.ts'
import { patienceOf, patiently } from './patience.ts'
import { endLeftovers } from './process/leftovers.ts'
import { signalMask, storedMasker } from './secrets/stored-masker.ts'

/** What became of the wish to cancel. */
export interface CancelResult {
  signal: WorkflowSignal
  /** The run's status when this call returned: `cancelled`, unless its holder took longer than `waitMs`. */
  status: RunStatus
  /** Who holds the run still; `null` when nobody does. */
  heldBy: ClaimView | null
}

const pollMs = 100
const defaultWaitMs = 30_000
const defaultKillAfterMs = 5_000

/**
 * Cancels a run. Whoever holds it is told, and has `waitMs` to end it; a run that nobody holds is ended here, with what an
 * executor that is gone has left running. "Cancelled" is written only once the processes are gone.
 *
 * @throws `not_found`; {ExecutorError} `run_ended` when the run has ended already.
 */
export async function cancelWorkflow(options: CancelOptions): Promise<CancelResult> {
  const { store, runId, by } = options
  const { run } = await loadRun(store, runId)
  if (hasEnded(run.status)) {
    throw new ExecutorError('run_ended', `run ${runId} is ${run.status}: there is nothing to cancel`, {
      runId,
      status: run.status,
    })
  }
  const mask = await signalMask(options)
  const reason = mask(options.reason ?? '')
  const wish: NewSignal = {
    id: randomUUID(),
    kind: 'cancel',
    payload: { reason },
    ...(by === undefined ? {} : { by: mask(by) }),
  }
  const patience = patienceOf(options)
  const signal = await patiently({ ...patience, begun: false }, () => store.sendSignal(runId, wish))
  const deadline = performance.now() + (options.waitMs ?? defaultWaitMs)
  for (;;) {
    const loaded = await patiently(patience, () => loadRun(store, runId))
    const { status, claim } = loaded.run
    const heldBy = claim?.state === 'live' ? claim : null
    if (hasEnded(status)) return { signal, status, heldBy }
    if (!heldBy && (await endUnheld(loaded, signal, { ...options, reason }))) continue
    if (performance.now() >= deadline) return { signal, status, heldBy }
    await sleep(pollMs)
  }
}

/** Ends a run that nobody holds. `false` when somebody was faster; then there is to be another look. */
async function endUnheld(
  { run, state }: LoadedRun,
  signal: WorkflowSignal,
  options: CancelOptions,
): Promise<boolean> {
  const { store, reason = '', killAfterMs = defaultKillAfterMs } = options
  await endLeftovers({ run, paths: new Set(openPaths(state)), killAfterMs })
  const ending = cancelledEnding(state, { reason, signal: signal.sequence })
  const append: Append = {
    commitId: randomUUID(),
    expectedSequence: state.lastSequence,
    expectedSignal: run.lastSignal,
    ...ending.append,
  }
  try {
    const landed = await patiently(patienceOf(options), () => store.appendEvents(run.id, append))
    await noteEnding(run, { append, landed }, options)
    return true
  } catch (error) {
    if (isStoreError(error, 'conflict', 'lease_lost', 'invalid_transition')) return false
    throw error
  }
}

/** Writes to the run's log what an executor would have written that held it. */
async function noteEnding(
  run: WorkflowRun,
  { append: { events, commitId }, landed: { lastSequence, timestamp } }: { append: Append; landed: Appended },
  { store, onLog, env = process.env }: CancelOptions,
): Promise<void> {
  const runId = run.id
  const logBook = new LogBook({ store, runId, masker: storedMasker(run, env), onLog })
  const first = lastSequence - events.length + 1
  logBook.hear(
    events.map((event, index) => ({ ...event, runId, sequence: first + index, timestamp, commitId })),
  )
  await logBook.close()
}

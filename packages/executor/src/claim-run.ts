import {
  applyEvent,
  type Claimed,
  ConflictError,
  currentOwner,
  type IWorkflowStore,
  type NewEvent,
  NotFoundError,
  type RunState,
  type WorkflowEvent,
} from '@ion/store'
import { newCommitId } from './commit-id.ts'
import { RunHeldError } from './errors.ts'
import { defaultLeaseMs } from './lease.ts'
import type { RunOptions } from './options.ts'
import { patienceOf, patiently } from './patience.ts'
import { maskEvent } from './secrets/mask-record.ts'
import type { Masker } from './secrets/masker.ts'
import { tell } from './tell.ts'

export interface ClaimRequest {
  store: IWorkflowStore
  runId: string
  options: Pick<RunOptions, 'lease' | 'onEvent'>
  /** The log's state so far; it is moved on by the claim's events. */
  state: RunState
  /** What begins this executor's turn. */
  events: NewEvent[]
  /** Masks the events for whoever watches: the log keeps what the run was started with, as a resume needs it. */
  masker: Masker | null
}

/** A claim, with the events that it began with, masked. */
export interface ClaimedRun extends Claimed {
  events: WorkflowEvent[]
}

/**
 * Claims a run together with the events that begin this executor's turn.
 *
 * @throws {RunHeldError} when somebody alive holds it; `conflict` when the log has moved since `state` was read.
 */
export async function claimRun({
  store,
  runId,
  options,
  state,
  events,
  masker,
}: ClaimRequest): Promise<ClaimedRun> {
  const append = { commitId: newCommitId(state.lastSequence), expectedSequence: state.lastSequence, events }
  const ttlMs = options.lease?.ttlMs ?? defaultLeaseMs
  const owner = currentOwner()
  const patience = patienceOf(options)
  const claimed = await patiently(patience, () => store.claimWorkflowRun(runId, owner, ttlMs, append))
  if (!claimed) {
    const run = await patiently(patience, () => store.getWorkflowRun(runId))
    if (!run) throw new NotFoundError(`there is no run ${runId}`)
    if (run.claim) throw new RunHeldError(runId, run.claim)
    throw new ConflictError(`run ${runId} was held until a moment ago`)
  }
  const first = claimed.lastSequence - events.length + 1
  const place = (event: NewEvent, index: number): WorkflowEvent => ({
    ...event,
    runId,
    sequence: first + index,
    timestamp: claimed.timestamp,
    commitId: append.commitId,
  })
  for (const event of events.map(place)) applyEvent(state, event)
  const shown = masker ? events.map((event) => maskEvent(masker, event)) : events
  const told = shown.map(place)
  for (const event of told) tell(() => options.onEvent?.(event))
  return { ...claimed, events: told }
}

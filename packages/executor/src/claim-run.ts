import { randomUUID } from 'node:crypto'
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
import { RunHeldError } from './errors.ts'
import { defaultLeaseMs } from './lease.ts'
import type { RunOptions } from './options.ts'
import { tell } from './run-unit.ts'

export interface ClaimRequest {
  store: IWorkflowStore
  runId: string
  options: Pick<RunOptions, 'lease' | 'onEvent'>
  /** The log's state so far; it is moved on by the claim's events. */
  state: RunState
  /** What begins this executor's turn. */
  events: NewEvent[]
}

/**
 * Claims a run together with the events that begin this executor's turn.
 *
 * @throws {RunHeldError} when somebody alive holds it; `conflict` when the log has moved since `state` was read.
 */
export async function claimRun({ store, runId, options, state, events }: ClaimRequest): Promise<Claimed> {
  const append = { commitId: randomUUID(), expectedSequence: state.lastSequence, events }
  const ttlMs = options.lease?.ttlMs ?? defaultLeaseMs
  const claimed = await store.claimWorkflowRun(runId, currentOwner(), ttlMs, append)
  if (!claimed) {
    const run = await store.getWorkflowRun(runId)
    if (!run) throw new NotFoundError(`there is no run ${runId}`)
    if (run.claim) throw new RunHeldError(runId, run.claim)
    throw new ConflictError(`run ${runId} was held until a moment ago`)
  }
  const first = claimed.lastSequence - events.length + 1
  events.forEach((event, index) => {
    const { timestamp } = claimed
    const placed: WorkflowEvent = {
      ...event,
      runId,
      sequence: first + index,
      timestamp,
      commitId: append.commitId,
    }
    applyEvent(state, placed)
    tell(() => options.onEvent?.(placed))
  })
  return claimed
}

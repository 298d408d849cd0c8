import type { Blob, NewEvent } from '@ion/store'
import type { RecordedCalls } from './agent/record-calls.ts'
import { packArtifacts } from './artifacts/pack-artifacts.ts'
import type { Outcome } from './attempt.ts'
import { packOutput } from './outputs.ts'
import { retryDelay } from './retry.ts'
import type { StoreClock } from './store-clock.ts'
import type { Unit } from './unit.ts'

/** The event that ends an attempt, the blobs beside it, and when the next attempt is due, if there is one. */
export interface OutcomeEvent {
  event: NewEvent
  blobs: Blob[]
  /** In milliseconds from now; `null` when the unit has settled. */
  retryInMs: number | null
}

/** An attempt that has settled. */
export interface SettledAttempt {
  unit: Unit
  attempt: number
  outcome: Exclude<Outcome, { kind: 'stopped' }>
  /** The calls of the agent in it. */
  calls: RecordedCalls
}

/** What an attempt's outcome is in the log. */
export function outcomeEvent(
  { unit, attempt, outcome, calls }: SettledAttempt,
  clock: StoreClock,
): OutcomeEvent {
  const ended =
    outcome.kind === 'completed' ? completion(unit, attempt, outcome) : failure(unit, attempt, outcome, clock)
  return { ...ended, event: withUsage(ended.event, calls), blobs: [...ended.blobs, ...calls.blobs] }
}

/** An event that ends an attempt, with the calls of the agent in it. */
export function withUsage(event: NewEvent, { usage }: Pick<RecordedCalls, 'usage'>): NewEvent {
  if (usage.length === 0) return event
  switch (event.type) {
    case 'node_completed':
      return { ...event, payload: { ...event.payload, usage } }
    case 'node_failed':
      return { ...event, payload: { ...event.payload, usage } }
    default:
      return event
  }
}

function completion(
  unit: Unit,
  attempt: number,
  outcome: Extract<Outcome, { kind: 'completed' }>,
): OutcomeEvent {
  const { output: text, ...facts } = outcome.result
  const { output, blobs } = packOutput(text)
  // What is too long for an event is in it neither as text nor as a value: the blob has both.
  if (blobs.length > 0) delete facts.structured
  const files = packArtifacts(outcome.artifacts)
  const payload = { attempt, durationMs: outcome.durationMs, output, ...facts, ...files.facts }
  const event: NewEvent = { type: 'node_completed', nodeId: unit.path, payload }
  return { event, blobs: [...blobs, ...files.blobs], retryInMs: null }
}

function failure(
  unit: Unit,
  attempt: number,
  outcome: Extract<Outcome, { kind: 'failed' }>,
  clock: StoreClock,
): OutcomeEvent {
  const { error, transient, durationMs, output: text, exitCode } = outcome
  const { node } = unit
  const retryInMs = retryDelay(node.retry, { attempt, transient }, Math.random())
  const packed = text === undefined ? null : packOutput(text)
  const files = packArtifacts(outcome.artifacts)
  const payload = {
    attempt,
    durationMs,
    error,
    ...(packed ? { output: packed.output } : {}),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...files.facts,
    ...(retryInMs === null
      ? { willRetry: false, ...allowedFailure(unit) }
      : { willRetry: true, retryAt: clock.after(retryInMs) }),
  }
  const blobs = [...(packed?.blobs ?? []), ...files.blobs]
  return { event: { type: 'node_failed', nodeId: unit.path, payload }, blobs, retryInMs }
}

/** An allowed failure is the node's own, not that of one of its iterations. */
export function allowedFailure({ node, iteration }: Unit): { allowed?: boolean } {
  return node.allowFailure && iteration === null ? { allowed: true } : {}
}

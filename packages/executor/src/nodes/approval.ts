import type { ApprovalNode } from '@ion/core'
import type { Failure, NewEvent, NodeState, WorkflowSignal } from '@ion/store'

/** An event that ends a round of a gate. */
type RoundEnd = Extract<NewEvent, { type: 'node_completed' | 'node_failed' }>

/** What an answer to a gate says. */
export interface Answer {
  decision: 'approve' | 'reject'
  text: string
}

/** Reads a signal's payload as an answer; `null` when it is none. */
export function readAnswer({ kind, payload }: Pick<WorkflowSignal, 'kind' | 'payload'>): Answer | null {
  if (kind !== 'answer' || typeof payload !== 'object' || payload === null || Array.isArray(payload))
    return null
  const { decision, text = '' } = payload
  if (decision !== 'approve' && decision !== 'reject') return null
  return { decision, text: typeof text === 'string' ? text : '' }
}

/** The reason that a cancel gives; `''` when it gives none. */
export function readReason({ payload }: Pick<WorkflowSignal, 'payload'>): string {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return ''
  return typeof payload.reason === 'string' ? payload.reason : ''
}

/** An answer that is for a gate that is open. */
export interface GivenAnswer {
  signal: WorkflowSignal
  answer: Answer
  /** How long the gate was open. */
  durationMs: number
}

/** Which round of a gate this is, and what its first rework is called. */
export interface Round {
  /** 1 for the first time it asks. */
  round: number
  /** 1, or more for a gate that opens anew after a failure. */
  firstRework: number
}

/** The round of a gate that asks, or whose rejection is being reworked. */
export function roundOf(state: NodeState | undefined): Round {
  const payload = state?.status === 'waiting' || state?.status === 'retrying' ? state.payload : {}
  const { round, firstRework } = payload
  return {
    round: typeof round === 'number' ? round : 1,
    firstRework: typeof firstRework === 'number' ? firstRework : 1,
  }
}

/**
 * The event that an answer ends its gate's round with. Approved, the gate's output is empty, or what the approver wrote when
 * the node captures it; rejected, the gate has failed with the reason, and asks again when the rejection is to be reworked.
 */
export function answerGate(node: ApprovalNode, state: NodeState, given: GivenAnswer): RoundEnd {
  const { decision, text } = given.answer
  const facts = answerFacts(given)
  if (decision === 'approve') {
    const output = node.captureResponse ? text : ''
    return { type: 'node_completed', nodeId: node.id, payload: { ...facts, output } }
  }
  const error = rejection(text)
  const { round, firstRework } = roundOf(state)
  if (node.onReject && round <= node.onReject.maxAttempts) {
    const payload = { ...facts, error, willRetry: true, round, firstRework, rework: firstRework + round - 1 }
    return { type: 'node_failed', nodeId: node.id, payload }
  }
  const allowed = node.allowFailure ? { allowed: true } : {}
  return { type: 'node_failed', nodeId: node.id, payload: { ...facts, error, willRetry: false, ...allowed } }
}

/** The event that an answer ends a gate between iterations with; its output is what the person wrote. */
export function answerLoopGate(path: string, given: GivenAnswer): RoundEnd {
  const { decision, text } = given.answer
  const facts = answerFacts(given)
  return decision === 'approve'
    ? { type: 'node_completed', nodeId: path, payload: { ...facts, output: text } }
    : { type: 'node_failed', nodeId: path, payload: { ...facts, error: rejection(text), willRetry: false } }
}

function answerFacts({ signal: { sequence, by }, answer: { decision }, durationMs }: GivenAnswer) {
  return { signal: sequence, decision, durationMs, ...(by === undefined ? {} : { by }) }
}

function rejection(reason: string): Failure {
  return { code: 'rejected', message: reason === '' ? 'rejected' : `rejected: ${reason}`, reason }
}

import type { ApprovalNode } from '@ion/core'
import type { Failure, NewEvent, WorkflowSignal } from '@ion/store'

/** An event that ends a node. */
type NodeOutcome = Extract<NewEvent, { type: 'node_completed' | 'node_failed' }>

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

/**
 * The event that an answer ends its gate with. Approved, the gate's output is empty, or what the approver wrote when the
 * node captures it; rejected, the gate has failed with the reason.
 */
export function answerGate(
  node: ApprovalNode,
  { signal, answer, durationMs }: { signal: WorkflowSignal; answer: Answer; durationMs: number },
): NodeOutcome {
  const { decision, text } = answer
  const { sequence, by } = signal
  const facts = { signal: sequence, decision, durationMs, ...(by === undefined ? {} : { by }) }
  if (decision === 'approve') {
    const output = node.captureResponse ? text : ''
    return { type: 'node_completed', nodeId: node.id, payload: { ...facts, output } }
  }
  const error: Failure = { code: 'rejected', message: rejectionText(text), reason: text }
  const allowed = node.allowFailure ? { allowed: true } : {}
  return { type: 'node_failed', nodeId: node.id, payload: { ...facts, error, willRetry: false, ...allowed } }
}

function rejectionText(reason: string): string {
  return reason === '' ? 'rejected' : `rejected: ${reason}`
}

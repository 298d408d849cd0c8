import type { EventPayload, NewEvent } from '@ion/store'

/** The start of a run. */
export const runStarted = (payload: EventPayload<'workflow_started'> = {}): NewEvent => ({
  type: 'workflow_started',
  payload,
})

/** The start of a run that goes on. */
export const resumed = (): NewEvent => runStarted({ resumed: true })

/** The good end of a run. */
export const runCompleted = (): NewEvent => ({ type: 'workflow_completed', payload: {} })

/** The bad end of a run. */
export const runFailed = (message = 'boom'): NewEvent => ({
  type: 'workflow_failed',
  payload: { error: { code: 'exit', message } },
})

/** The end of a run that somebody called off. */
export const runCancelled = (payload: EventPayload<'workflow_cancelled'> = {}): NewEvent => ({
  type: 'workflow_cancelled',
  payload,
})

/** A node that begins. */
export const nodeStarted = (nodeId: string, payload: EventPayload<'node_started'> = {}): NewEvent => ({
  type: 'node_started',
  nodeId,
  payload,
})

/** A node that ends well. */
export const nodeCompleted = (nodeId: string, payload: EventPayload<'node_completed'> = {}): NewEvent => ({
  type: 'node_completed',
  nodeId,
  payload,
})

/** A node that fails. */
export const nodeFailed = (nodeId: string, payload: Partial<EventPayload<'node_failed'>> = {}): NewEvent => ({
  type: 'node_failed',
  nodeId,
  payload: { error: { code: 'exit', message: 'boom' }, ...payload },
})

/** A node that is skipped. */
export const nodeSkipped = (nodeId: string): NewEvent => ({
  type: 'node_skipped',
  nodeId,
  payload: { reason: { rule: 'when' } },
})

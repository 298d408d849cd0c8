import type { NodeDefinition, WorkflowDefinition } from '@ion/core'
import type { Append, NewEvent, NodeState, Output, RunState } from '@ion/store'
import { interruption, openBodies } from './closing.ts'
import { decideEnd, hasSettled } from './decide.ts'
import type { RunResult } from './result.ts'

/** How a turn at a run ends: what is written with the release of the claim, and what the run is then. Pure. */
export interface Ending {
  append: Pick<Append, 'events' | 'run'>
  status: RunResult['status']
}

/** Nothing can run any more: the run waits for its gates, or has come to its end. */
export function idleEnding(workflow: WorkflowDefinition, state: RunState): Ending {
  const states = workflow.nodes.flatMap(({ id }) => state.nodes.get(id) ?? [])
  if ([...state.nodes.values()].some(({ status }) => status === 'waiting')) {
    return { append: { events: [], run: { status: 'paused' } }, status: 'paused' }
  }
  const unsettled = workflow.nodes.filter(({ id }) => !hasSettled(state.nodes.get(id)))
  if (unsettled.length > 0) {
    throw new Error(
      `nothing can run, and these have not settled: ${unsettled.map(({ id }) => id).join(', ')}`,
    )
  }
  const end = decideEnd(states)
  const event: NewEvent =
    end.status === 'completed'
      ? { type: 'workflow_completed', payload: {} }
      : { type: 'workflow_failed', payload: { error: end.error } }
  return { append: { events: [event] }, status: end.status }
}

/** Why a run is cancelled, and by which signal, if one asked for it. */
export interface Cancellation {
  reason: string
  signal?: number
}

/**
 * Why the run is to be cancelled, when that follows from how a node has settled: a cancel node has run, or a person has
 * rejected what may not fail. The end may be missing in the log of an executor that was lost; it is due all the same. Pure.
 */
export function dueCancellation(node: NodeDefinition, state: NodeState): { reason: Output } | null {
  if (node.type === 'cancel' && state.status === 'completed') return { reason: state.payload.output ?? '' }
  if (state.status !== 'failed' || state.payload.decision !== 'reject' || state.payload.allowed) return null
  const { reason } = state.payload.error
  const why = typeof reason === 'string' && reason !== '' ? `: ${reason}` : ''
  return { reason: `${node.id} was rejected${why}` }
}

/** The run is cancelled: what was open has failed, and then the run has ended. */
export function cancelledEnding(state: RunState, cancellation: Cancellation): Ending {
  const events: NewEvent[] = openNodes(state).map(({ path, attempt }) => ({
    type: 'node_failed',
    nodeId: path,
    payload: { attempt, error: { code: 'cancelled', message: 'the run was cancelled' }, willRetry: false },
  }))
  events.push({ type: 'workflow_cancelled', payload: { ...cancellation } })
  return { append: { events }, status: 'cancelled' }
}

/** The paths that have started and not ended; an open gate is none, it has no body. */
export function openPaths(state: RunState): string[] {
  return openNodes(state).map(({ path }) => path)
}

function openNodes(state: RunState): NodeState[] {
  return [...state.nodes.values()].filter(({ status }) => status === 'running')
}

/** The executor was told to stop: what was open is closed as interrupted, and the run stays to be resumed. */
export function stoppedEnding(state: RunState, nodeOf: (path: string) => NodeDefinition | undefined): Ending {
  const events = openBodies(state.nodes.values(), nodeOf).map((body) => interruption(body, 'stopped'))
  return { append: { events }, status: 'interrupted' }
}

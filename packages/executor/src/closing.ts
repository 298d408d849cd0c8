import type { NodeDefinition } from '@ion/core'
import type { Failure, NewEvent, NodeState } from '@ion/store'

/** How often an executor may be lost over one body before the body counts as the cause. */
export const mostInterruptions = 10

/**
 * The nodes whose bodies are open: started, not ended, and neither a gate, which waits for a person, nor a loop as a whole,
 * whose iterations have the bodies.
 */
export function openBodies(
  states: Iterable<NodeState>,
  nodeOf: (path: string) => NodeDefinition | undefined,
) {
  const open: { state: NodeState; node: NodeDefinition }[] = []
  for (const state of states) {
    const node = nodeOf(state.path)
    if (state.status !== 'running' || !node) continue
    if (node.type === 'loop' && state.path === node.id) continue
    open.push({ state, node })
  }
  return open
}

/**
 * The event that closes an open body whose executor is gone (`executor_lost`) or was told to stop (`stopped`): it runs
 * again, unless its author wants it to run at most once, or too many executors were lost over it.
 */
export function interruption(
  { state, node }: { state: NodeState; node: NodeDefinition },
  code: 'executor_lost' | 'stopped',
): NewEvent {
  const { willRetry, error } = verdict(state, node, code)
  return {
    type: 'node_failed',
    nodeId: state.path,
    payload: {
      attempt: state.attempt,
      interrupted: true,
      willRetry,
      error,
      ...(!willRetry && node.allowFailure && state.path === node.id ? { allowed: true } : {}),
    },
  }
}

function verdict(state: NodeState, node: NodeDefinition, code: 'executor_lost' | 'stopped') {
  const what = code === 'stopped' ? 'the executor was told to stop' : 'the executor was lost'
  const error: Failure = { code, message: `${what} while the node ran` }
  if (node.onInterrupt === 'fail') {
    error.message += '; with `on_interrupt: fail` it does not run again'
    return { willRetry: false, error }
  }
  const lost = state.interruptions + 1
  if (code === 'executor_lost' && lost >= mostInterruptions) {
    error.message = `the executor was lost ${lost} times while the node ran`
    return { willRetry: false, error }
  }
  return { willRetry: true, error }
}

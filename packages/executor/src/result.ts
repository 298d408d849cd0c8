import type { Failure, NodeState, RunState, UsageTotals } from '@ion/store'
import { rootOf } from './part-paths.ts'

/** A gate that waits for an answer. */
export interface OpenGate {
  /** The id of the node that asks: what a person names. */
  node: string
  /** The gate's path: an approval's id, or that of a gate in a loop (`refine/gate/2`). */
  nodeId: string
  /** The sequence of the `node_started` that opened it: what an answer names. */
  opened: number
  message: string
  /** Of a gate in a loop: whether the iteration before says that it is done. */
  done?: boolean
}

/** How a call that ran nodes left the run. */
export interface RunResult {
  runId: string
  workflowName: string
  /**
   * `paused`: gates are open and nothing else can run. `interrupted`: this call was aborted, or with `executed: false` the
   * executor before is gone, and the run can be resumed.
   */
  status: 'completed' | 'failed' | 'cancelled' | 'paused' | 'interrupted'
  /** Why it failed; else `null`. */
  error: Failure | null
  /** Why it was cancelled; else `null`. */
  reason: string | null
  /** Every node path with how it stands. */
  nodes: Map<string, NodeState>
  /** Outputs of the completed nodes, by node id. */
  outputs: Map<string, string>
  /** Gates that wait for an answer. */
  gates: OpenGate[]
  usage: UsageTotals
  /** Whether this call ran anything; `false` when the run had ended already, or was only looked at. */
  executed: boolean
}

/** The gates of a state that wait for an answer, in order of opening. */
export function openGates(state: RunState): OpenGate[] {
  const gates: OpenGate[] = []
  for (const node of state.nodes.values()) {
    if (node.status !== 'waiting') continue
    const { path: nodeId, startedSequence: opened, payload } = node
    const message = payload.gate?.message ?? ''
    const done = payload.gate?.done
    gates.push({
      node: rootOf(nodeId),
      nodeId,
      opened,
      message,
      ...(typeof done === 'boolean' ? { done } : {}),
    })
  }
  return gates.sort((a, b) => a.opened - b.opened)
}

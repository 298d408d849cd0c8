import type { WorkflowDefinition } from '@ion/core'
import type { OpenGate } from '@ion/executor'

interface GateView {
  shortId: string
  workflow: Pick<WorkflowDefinition, 'nodes'> | null
}

/** The words of the command that approves a gate, with a text where one is kept, or is what the loop goes on with. */
export function approveWords({ shortId, workflow }: GateView, { node: id, done }: OpenGate): string[] {
  const node = workflow?.nodes.find((candidate) => candidate.id === id)
  const heeds = node?.type === 'loop' ? !done : node?.type === 'approval' && node.captureResponse
  return ['approve', shortId, id, ...(heeds ? ['--text', '...'] : [])]
}

/** The words of the command that rejects a gate. */
export function rejectWords({ shortId }: GateView, { node }: OpenGate): string[] {
  return ['reject', shortId, node, '--reason', '...']
}

import type { WorkflowDefinition } from '@ion/core'

interface GateView {
  shortId: string
  workflow: Pick<WorkflowDefinition, 'nodes'> | null
}

/** The words of the command that approves a gate, with the response where the gate keeps one. */
export function approveWords({ shortId, workflow }: GateView, gate: string): string[] {
  const node = workflow?.nodes.find(({ id }) => id === gate)
  const captures = node?.type === 'approval' && node.captureResponse
  return ['approve', shortId, gate, ...(captures ? ['--text', '...'] : [])]
}

/** The words of the command that rejects a gate. */
export function rejectWords({ shortId }: GateView, gate: string): string[] {
  return ['reject', shortId, gate, '--reason', '...']
}

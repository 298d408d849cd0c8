import type { NodeDefinition } from '@ion/core'
import type { NodeState } from '@ion/store'

/** Where a node's conversation is looked for. */
export interface ConversationLookup {
  nodes: ReadonlyMap<string, NodeDefinition>
  /** How a node stands. */
  state(id: string): NodeState | undefined
}

/**
 * The conversation that a node begins with, as its `context` says. With `shared` it is that of the nearest node upstream
 * that has one and asks the same agent: first the direct dependencies in the order of `depends_on`, then theirs, and so on.
 * Pure.
 *
 * @returns `null` for a new conversation.
 */
export function conversationOf(node: NodeDefinition, { nodes, state }: ConversationLookup): string | null {
  if (!('context' in node) || node.context === 'fresh') return null
  if (node.context !== 'shared') return sessionOf(state(node.context.resume))
  const seen = new Set(node.dependsOn)
  for (const id of seen) {
    const upstream = nodes.get(id)
    if (!upstream) continue
    const session = asksTheSame(node, upstream) ? sessionOf(state(id)) : null
    if (session !== null) return session
    // A set is walked in order of insertion, also over what is added meanwhile: level by level.
    for (const further of upstream.dependsOn) seen.add(further)
  }
  return null
}

function sessionOf(state: NodeState | undefined): string | null {
  return state?.status === 'completed' ? (state.payload.session ?? null) : null
}

/** A conversation with one agent means nothing to another. */
function asksTheSame(node: NodeDefinition, other: NodeDefinition): boolean {
  return JSON.stringify(providerOf(node)) === JSON.stringify(providerOf(other))
}

function providerOf(node: NodeDefinition): unknown {
  return 'agent' in node ? node.agent.provider : undefined
}

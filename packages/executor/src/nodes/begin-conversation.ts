import type { AgentNodeBase } from '@ion/core'
import type { NodeContext } from '../node-context.ts'

/** The conversation that a node begins with; notes when the one that the author named isn't there. */
export function beginConversation({ context: wish }: Pick<AgentNodeBase, 'context'>, context: NodeContext) {
  if (typeof wish !== 'string' && context.session === null) {
    context.log('warn', `\`${wish.resume}\` has left no conversation to go on with: this is a new one`)
  }
  return context.session
}

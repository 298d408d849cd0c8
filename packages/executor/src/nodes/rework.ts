import { type ApprovalNode, renderTemplate } from '@ion/core'
import type { Runner } from '../node-context.ts'
import { askAgent } from './ask-agent.ts'

/** Has the agent rework what was rejected, in the conversation of the rework before, if there was one. */
export const runRework: Runner<ApprovalNode> = async (node, context) => {
  if (!node.onReject) throw new Error('an approval without on_reject has no body')
  const session = node.agent.context === 'fresh' ? null : (context.previous?.session ?? context.session)
  const prompt = renderTemplate(node.onReject.prompt, context.scope)
  return await askAgent({ prompt, agent: node.agent, session }, context)
}

import { type PromptNode, renderTemplate } from '@ion/core'
import type { Runner } from '../node-context.ts'
import { askAgent } from './ask-agent.ts'
import { beginConversation } from './begin-conversation.ts'

/** Sends the node's text to the agent; its output is the answer. */
export const runPrompt: Runner<PromptNode> = async (node, context) =>
  await askAgent(
    {
      prompt: renderTemplate(node.prompt, context.scope),
      agent: node.agent,
      session: beginConversation(node, context),
      outputFormat: node.outputFormat,
    },
    context,
  )

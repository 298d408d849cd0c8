import { type CommandNode, renderTemplate } from '@ion/core'
import type { Runner } from '../node-context.ts'
import { askAgent } from './ask-agent.ts'
import { beginConversation } from './begin-conversation.ts'

/** Sends a command file's text to the agent; its output is the answer. */
export const runCommand: Runner<CommandNode> = async (node, context) =>
  await askAgent(
    {
      prompt: renderTemplate(context.command(node.command), context.scope),
      agent: node.agent,
      session: beginConversation(node, context),
      outputFormat: node.outputFormat,
    },
    context,
  )

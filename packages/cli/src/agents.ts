import type { JsonObject } from '@ion/core'
import { createCommandAgent, createEchoAgent, type PromptHandler } from '@ion/executor'
import type { AgentChoice } from './agent-option.ts'
import { agentHandler } from './config/agent-handler.ts'
import type { LoadedConfig } from './config/load-config.ts'

/** The agents of a run: which one answers which node. */
export interface Agents {
  /** Asks the node's agent; `undefined` when there is none at all. */
  prompt: PromptHandler | undefined
  /** Whether there is an agent for a node with these keys. */
  answers(keys: JsonObject): boolean
}

/**
 * The agents of a run. A node is answered by the agent that its `provider` names, if that is configured, else by the default
 * one; an agent that was asked for by name answers every node.
 */
export function createAgents(
  choice: AgentChoice | null,
  { agents = {} }: Pick<LoadedConfig, 'agents'>,
): Agents {
  const handlers = new Map<string, PromptHandler>([['echo', createEchoAgent()]])
  for (const [name, config] of Object.entries(agents)) handlers.set(name, agentHandler(config))
  const chosen = choice === null ? undefined : handlerOf(choice, handlers)
  const handlerFor = ({ provider }: JsonObject): PromptHandler | undefined => {
    const isForAll = choice !== null && ('command' in choice || choice.forAll)
    const named = typeof provider === 'string' && !isForAll ? handlers.get(provider) : undefined
    return named ?? chosen
  }
  const hasAny = chosen !== undefined || Object.keys(agents).length > 0
  return {
    prompt: hasAny ? (request, context) => ask(handlerFor(request.agent), request, context) : undefined,
    answers: (keys) => handlerFor(keys) !== undefined,
  }
}

function handlerOf(
  choice: AgentChoice,
  handlers: ReadonlyMap<string, PromptHandler>,
): PromptHandler | undefined {
  return 'command' in choice ? createCommandAgent({ command: choice.command }) : handlers.get(choice.name)
}

function ask(
  handler: PromptHandler | undefined,
  ...call: Parameters<PromptHandler>
): ReturnType<PromptHandler> {
  if (handler) return handler(...call)
  throw new Error('no agent is configured for this node')
}

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
  /** The name of the agent for a node with these keys; `--agent-command` for a command that was asked for. */
  nameOf(keys: JsonObject): string | undefined
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
  const chosen = choice === null ? undefined : agentOf(choice, handlers)
  const agentFor = ({ provider }: JsonObject): Agent | undefined => {
    const isForAll = choice !== null && ('command' in choice || choice.forAll)
    const name = typeof provider === 'string' && !isForAll ? provider : ''
    const handler = handlers.get(name)
    return handler ? { name, handler } : chosen
  }
  const hasAny = chosen !== undefined || Object.keys(agents).length > 0
  return {
    prompt: hasAny
      ? (request, context) => ask(agentFor(request.agent)?.handler, request, context)
      : undefined,
    answers: (keys) => agentFor(keys) !== undefined,
    nameOf: (keys) => agentFor(keys)?.name,
  }
}

interface Agent {
  name: string
  handler: PromptHandler
}

function agentOf(choice: AgentChoice, handlers: ReadonlyMap<string, PromptHandler>): Agent | undefined {
  if ('command' in choice) {
    return { name: '--agent-command', handler: createCommandAgent({ command: choice.command }) }
  }
  const handler = handlers.get(choice.name)
  return handler && { name: choice.name, handler }
}

function ask(
  handler: PromptHandler | undefined,
  ...call: Parameters<PromptHandler>
): ReturnType<PromptHandler> {
  if (handler) return handler(...call)
  throw new Error('no agent is configured for this node')
}

import { createCommandAgent, createEchoAgent, type PromptHandler } from '@ion/executor'
import type { JsonObject } from '@ion/store'
import type { Command } from 'commander'
import { usageError } from './cli-error.ts'

/** The agent that answers prompts: a shell command, or one that is built in. */
export type AgentChoice = { command: string } | 'echo'

/** The options that choose an agent. */
export interface AgentFlags {
  agent?: string
  agentCommand?: string
}

/** What to type where a workflow needs an agent. */
export const agentHint =
  "give one with --agent-command 'claude -p', or try the workflow out with --agent echo"

/** Adds the options that choose an agent to a command. */
export function withAgentOptions(command: Command): Command {
  return command
    .option('--agent-command <command>', 'shell command that reads a prompt on stdin and answers on stdout')
    .option('--agent <name>', 'a built-in agent: echo answers with the prompt itself')
}

/**
 * The agent that was asked for; `null` when none was.
 *
 * @throws {CliError} for an unknown name, an empty command, or both options at once.
 */
export function readAgentFlags({ agent, agentCommand }: AgentFlags): AgentChoice | null {
  if (agent !== undefined && agentCommand !== undefined) {
    throw usageError('--agent and --agent-command exclude each other')
  }
  if (agentCommand !== undefined) {
    if (agentCommand.trim() === '') throw usageError('--agent-command is empty')
    return { command: agentCommand }
  }
  if (agent === undefined) return null
  if (agent !== 'echo') {
    throw usageError(
      `there is no agent ${JSON.stringify(agent)}; the only built-in one is echo`,
      'any other agent is a command: --agent-command',
    )
  }
  return 'echo'
}

/** Reads the agent that was kept with a run; `null` when there is none. */
export function storedAgent(agent: unknown): AgentChoice | null {
  if (agent === 'echo') return 'echo'
  if (typeof agent !== 'object' || agent === null || !('command' in agent)) return null
  return typeof agent.command === 'string' ? { command: agent.command } : null
}

/** The agent as it is kept with a run. */
export function agentRecord(agent: AgentChoice): JsonObject | string {
  return agent === 'echo' ? agent : { command: agent.command }
}

/** An agent in words. */
export function describeAgent(agent: AgentChoice): string {
  return agent === 'echo' ? 'echo' : agent.command
}

/** The function that the executor asks. */
export function promptHandler(agent: AgentChoice): PromptHandler {
  return agent === 'echo' ? createEchoAgent() : createCommandAgent({ command: agent.command })
}

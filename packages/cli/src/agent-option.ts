import { closestName } from '@ion/core'
import type { JsonObject } from '@ion/store'
import type { Command } from 'commander'
import { usageError } from './cli-error.ts'
import type { LoadedConfig } from './config/load-config.ts'

/** The agent that answers prompts where no node names another. */
export type AgentChoice =
  /** A shell command, which answers every node. */
  | { command: string }
  /** A configured agent, or `echo`. `forAll`: it was asked for, and answers every node whatever its `provider`. */
  | { name: string; forAll: boolean }

/** The options that choose an agent. */
export interface AgentFlags {
  agent?: string
  agentCommand?: string
}

/** Where agents are chosen from. */
export interface AgentSources {
  config: Pick<LoadedConfig, 'agents' | 'default_agent'>
  env: NodeJS.ProcessEnv
}

/** What to type where a workflow needs an agent. */
export const agentHint =
  "give one with --agent-command 'claude -p', or configure one under agents: in .ion/config.yaml; --agent echo tries the workflow out"

/** Adds the options that choose an agent to a command. */
export function withAgentOptions(command: Command): Command {
  return command
    .option('--agent-command <command>', 'shell command that reads a prompt on stdin and answers on stdout')
    .option(
      '--agent <name>',
      'a configured agent for all nodes; echo answers with the prompt itself (ION_AGENT)',
    )
}

/**
 * The agent that was asked for on the command line; `null` when none was.
 *
 * @throws {CliError} for an unknown name, an empty command, or both options at once.
 */
export function readAgentFlags(
  { agent, agentCommand }: AgentFlags,
  { config }: AgentSources,
): AgentChoice | null {
  if (agent !== undefined && agentCommand !== undefined) {
    throw usageError('--agent and --agent-command exclude each other')
  }
  if (agentCommand !== undefined) {
    if (agentCommand.trim() === '') throw usageError('--agent-command is empty')
    return { command: agentCommand }
  }
  if (agent === undefined) return null
  checkName(agent, { config, where: '' })
  return { name: agent, forAll: true }
}

/**
 * The agent that holds where the command line names none: `ION_AGENT`, the configuration's `default_agent`, or the only agent
 * there is; `null` when there is none.
 *
 * @throws {CliError} when `ION_AGENT` names one that does not exist.
 */
export function defaultAgent({ config, env }: AgentSources): AgentChoice | null {
  const [only, ...others] = Object.keys(config.agents ?? {})
  if (env.ION_AGENT) checkName(env.ION_AGENT, { config, where: 'ION_AGENT: ' })
  const name = env.ION_AGENT || config.default_agent || (others.length === 0 ? only : undefined)
  return name === undefined ? null : { name, forAll: false }
}

function checkName(name: string, { config, where }: Pick<AgentSources, 'config'> & { where: string }): void {
  const names = [...Object.keys(config.agents ?? {}), 'echo']
  if (names.includes(name)) return
  const near = closestName(name, names)
  const hint = near === undefined ? `there is ${names.join(', ')}` : `did you mean ${near}?`
  throw usageError(
    `${where}there is no agent ${JSON.stringify(name)}`,
    `${hint} (any command is one with --agent-command)`,
  )
}

/** Reads the agent that was kept with a run; `null` when there is none. */
export function storedAgent(agent: unknown): AgentChoice | null {
  if (agent === 'echo') return { name: 'echo', forAll: true }
  if (typeof agent !== 'object' || agent === null) return null
  if ('command' in agent) return typeof agent.command === 'string' ? { command: agent.command } : null
  if (!('name' in agent) || typeof agent.name !== 'string') return null
  return { name: agent.name, forAll: 'forAll' in agent && agent.forAll === true }
}

/** The agent as it is kept with a run: a configured one by its name, so that what is mended in the configuration counts. */
export function agentRecord(agent: AgentChoice): JsonObject {
  return 'command' in agent ? { command: agent.command } : { name: agent.name, forAll: agent.forAll }
}

/** An agent in words. */
export function describeAgent(agent: AgentChoice): string {
  return 'command' in agent ? agent.command : agent.name
}

import { type AgentOutput, type AgentUsage, createCommandAgent, type PromptHandler } from '@ion/executor'
import type { AgentConfig, CommandAgentConfig } from './config-schema.ts'

/** The function that asks a configured agent. */
export function agentHandler(config: AgentConfig): PromptHandler {
  if ('prompt' in config) return config.prompt
  const { command, input, output, args, env } = config
  return createCommandAgent({
    command,
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output: outputOf(output) }),
    ...(args === undefined ? {} : { args }),
    ...(env === undefined ? {} : { env }),
  })
}

function outputOf({ usage, ...others }: NonNullable<CommandAgentConfig['output']>): AgentOutput {
  return { ...others, ...(usage ? { usage: usageOf(usage) } : {}) }
}

type UsageConfig = NonNullable<NonNullable<CommandAgentConfig['output']>['usage']>

function usageOf({ per_model, model, input_tokens, output_tokens, cost }: UsageConfig): AgentUsage {
  return { perModel: per_model, model, inputTokens: input_tokens, outputTokens: output_tokens, cost }
}

export type { AgentConfig, CommandAgentConfig, IonConfig } from './config/config-schema.ts'
export { defineConfig } from './config/define-config.ts'
export { type ExitCode, exitCodes, exitCodeTable } from './exit-codes.ts'
export { runCli } from './run-cli.ts'

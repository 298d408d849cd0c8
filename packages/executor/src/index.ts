export {
  type Diagnostic,
  discoverWorkflows,
  findCommand,
  findWorkflow,
  formatDiagnostic,
  type LookupOptions,
  type ParseResult,
  parseWorkflow,
  type SopLookup,
  type WorkflowDefinition,
} from '@ion/core'
export type { AgentArguments } from './agent/agent-arguments.ts'
export type { AgentOutput, AgentUsage } from './agent/agent-output.ts'
export { type CommandAgentOptions, createCommandAgent } from './agent/command-agent.ts'
export { createEchoAgent } from './agent/echo-agent.ts'
export { PathError, parsePath, type Selector } from './agent/json-path.ts'
export * from './agent/prompt-handler.ts'
export { type AnswerResult, approveWorkflow, rejectWorkflow } from './answer.ts'
export { type OpenArtifact, type OpenArtifactOptions, openArtifact } from './artifacts/open-artifact.ts'
export { type CancelResult, cancelWorkflow } from './cancel.ts'
export { createRun } from './create-run.ts'
export { type CreateStoreOptions, createStore } from './create-store.ts'
export * from './errors.ts'
export { executeWorkflow } from './execute.ts'
export { type MigrateStoreOptions, migrateStore } from './migrate-store.ts'
export { type CopyOptions, copyRuns } from './moving/copy-runs.ts'
export { type ExportOptions, exportRuns } from './moving/export-runs.ts'
export { type ImportOptions, importRuns } from './moving/import-runs.ts'
export * from './moving/moved-run.ts'
export { NodeFailure, type NodeFailureFacts } from './node-failure.ts'
export * from './options.ts'
export * from './prune-options.ts'
export { pruneRuns } from './prune-runs.ts'
export { redactStoreUrl, redactStoreUrls } from './redact-store-url.ts'
export * from './result.ts'
export { resumeWorkflow } from './resume.ts'
export { type ScriptFault, scriptFaults } from './script/script-faults.ts'
export type { Masker } from './secrets/masker.ts'
export { storedMasker } from './secrets/stored-masker.ts'
export { readStartFacts, type StartFacts } from './start-facts.ts'
export { usageStats } from './usage-stats.ts'
export * from './usage-stats-options.ts'

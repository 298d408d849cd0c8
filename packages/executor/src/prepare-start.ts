import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { NewRun } from '@ion/store'
import { checkInputs } from './check-inputs.ts'
import { checkRunnable } from './check-runnable.ts'
import { type CompiledWorkflow, compileWorkflow, parseOrThrow } from './compile.ts'
import type { ExecuteOptions } from './options.ts'
import { planScripts, type ScriptPlans } from './script/plan-scripts.ts'
import { type RunSecrets, runSecrets } from './secrets/run-secrets.ts'
import type { StartFacts } from './start-facts.ts'
import { storedDefinition } from './stored-definition.ts'

/** Everything a run is created and started with. */
export interface PreparedStart {
  created: NewRun
  compiled: CompiledWorkflow
  facts: StartFacts
  scripts: ScriptPlans
  secrets: RunSecrets
}

/**
 * Checks everything that a start can be refused for, before anything is created.
 *
 * @throws {InvalidWorkflowError}, {ExecutorError} as `executeWorkflow`.
 */
export async function prepareStart(options: ExecuteOptions): Promise<PreparedStart> {
  const { prompt, folders } = options
  const cwd = resolve(options.cwd ?? process.cwd())
  const workflow =
    typeof options.workflow === 'string' ? parseOrThrow(options.workflow, null) : options.workflow
  const inputs = checkInputs(workflow, options.inputs ?? {})
  const definition = await storedDefinition(workflow, { cwd, folders, commands: options.commands })
  const compiled = compileWorkflow(workflow, definition.files)
  const facts: StartFacts = {
    cwd,
    variables: options.variables ?? {},
    maxParallel: options.maxParallel ?? null,
  }
  checkRunnable(compiled, { variables: facts.variables, prompt, answers: options.answers })
  const environment = options.env ?? process.env
  const scripts = await planScripts(compiled, { cwd, folders, env: environment })
  const secrets = runSecrets({
    workflow,
    inputs,
    environment,
    kept: { files: definition.files, arguments: options.arguments ?? '' },
  })
  const created: NewRun = {
    id: options.runId ?? randomUUID(),
    workflowName: workflow.name,
    definition,
    inputs,
    userMessage: options.arguments ?? '',
    metadata: options.metadata ?? {},
    priority: options.priority ?? 0,
    idempotencyKey: options.idempotencyKey ?? null,
  }
  return { created, compiled, facts, scripts, secrets }
}

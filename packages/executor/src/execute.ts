import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { JsonObject } from '@ion/core'
import { initialState, type NewEvent, type NewRun } from '@ion/store'
import { checkInputs } from './check-inputs.ts'
import { checkRunnable } from './check-runnable.ts'
import { claimRun } from './claim-run.ts'
import { compileWorkflow, parseOrThrow } from './compile.ts'
import { hostEnvironment } from './node-environment.ts'
import type { ExecuteOptions } from './options.ts'
import { patienceOf, patiently } from './patience.ts'
import type { RunResult } from './result.ts'
import { resumeWorkflow } from './resume.ts'
import { runClaimed } from './run-claimed.ts'
import { planScripts } from './script/plan-scripts.ts'
import { runSecrets, secretWarnings } from './secrets/run-secrets.ts'
import { type StartFacts, startPayload } from './start-facts.ts'
import { storedDefinition } from './stored-definition.ts'

/**
 * Creates a run of a workflow and executes it until it ends, waits for a person, or is stopped.
 *
 * Everything that can be refused is refused before anything is created: an invalid workflow or input, a variable or an agent
 * that the host doesn't give, a command file that isn't there. With an idempotency key (or run id) that was used with the same
 * content, that run is taken up where it is.
 *
 * @throws {InvalidWorkflowError} with every diagnostic; {ExecutorError} `invalid_input`, `missing_variable`,
 * `missing_command`, `missing_agent`, `secret_too_long`, `missing_script`, `invalid_script`, `missing_runtime`; {RunHeldError} when the run exists and another holds it; {RunLostError} when the run was
 * lost while it was executed; a `StoreError` of the store.
 *
 * @example
 * const result = await executeWorkflow({
 *   store: await createStore('file:.ion/runs'),
 *   workflow: await readFile('release.yaml', 'utf8'),
 *   inputs: { version: '1.2.0' },
 *   prompt: async ({ prompt }) => await model.ask(prompt),
 * })
 * if (result.status === 'paused') console.log(result.gates[0]?.message)
 */
export async function executeWorkflow(options: ExecuteOptions): Promise<RunResult> {
  const { store, prompt, folders } = options
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
  const scripts = await planScripts(compiled, {
    cwd,
    folders,
    env: hostEnvironment(options.env ?? process.env),
  })

  const secrets = runSecrets({
    workflow,
    inputs,
    environment: options.env ?? process.env,
    kept: { files: definition.files, arguments: options.arguments ?? '' },
  })

  const created = newRun(options, { definition, inputs, workflowName: workflow.name })
  const run = await patiently({ ...patienceOf(options), begun: false }, () =>
    store.createWorkflowRun(created),
  )
  if (run.status !== 'pending') return await resumeWorkflow({ ...options, runId: run.id })
  const state = initialState()
  const events: NewEvent[] = [
    { type: 'workflow_started', payload: { ...startPayload(facts), ...secretWarnings(secrets) } },
  ]
  const claimed = await claimRun({ store, runId: run.id, options, state, events, masker: secrets.masker })
  return await runClaimed({ run, compiled, facts, scripts, secrets, claimed, state, options })
}

function newRun(
  options: ExecuteOptions,
  checked: Pick<NewRun, 'workflowName' | 'definition'> & { inputs: JsonObject },
): NewRun {
  return {
    ...checked,
    id: options.runId ?? randomUUID(),
    userMessage: options.arguments ?? '',
    metadata: options.metadata ?? {},
    priority: options.priority ?? 0,
    idempotencyKey: options.idempotencyKey ?? null,
  }
}

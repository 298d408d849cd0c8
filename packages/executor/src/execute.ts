import { initialState, isStoreError, type NewEvent, type WorkflowRun } from '@ion/store'
import { claimRun } from './claim-run.ts'
import { findOrCreate } from './create-run.ts'
import { describeExisting } from './describe-existing.ts'
import type { ExecuteOptions } from './options.ts'
import { type PreparedStart, prepareStart } from './prepare-start.ts'
import type { RunResult } from './result.ts'
import { resumeWorkflow } from './resume.ts'
import { runClaimed } from './run-claimed.ts'
import { secretWarnings } from './secrets/run-secrets.ts'
import { startPayload } from './start-facts.ts'

const conflictsInARow = 8

/**
 * Creates a run of a workflow and executes it until it ends, waits for a person, or is stopped.
 *
 * Everything that can be refused is refused before anything is created: an invalid workflow or input, a variable or an agent
 * that the host doesn't give, a command file that isn't there. With an idempotency key (or run id) that was used with the same
 * content, that run is taken up where it is, or with `ifExists: 'report'` only looked at. The content is the workflow with its
 * files, the inputs and the arguments.
 *
 * @throws {InvalidWorkflowError} with every diagnostic; {ExecutorError} `invalid_input`, `missing_variable`,
 * `missing_command`, `missing_agent`, `secret_too_long`, `missing_script`, `invalid_script`, `missing_runtime`; {RunHeldError} when the run exists and another holds it; {RunLostError} when the run was
 * lost while it was executed; a `StoreError` of the store, `already_exists` for the same key or id with other content.
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
  const prepared = await prepareStart(options)
  for (let tries = 1; ; tries++) {
    const run = await findOrCreate(prepared.created, options)
    if (run.status !== 'pending') return await takeUp(run, options)
    try {
      return await start(run, prepared, options)
    } catch (error) {
      // Somebody has started the run between our look and our claim: look again.
      if (!isStoreError(error, 'conflict') || tries === conflictsInARow) throw error
    }
  }
}

async function takeUp({ id: runId }: WorkflowRun, options: ExecuteOptions): Promise<RunResult> {
  const existing = { ...options, runId }
  return options.ifExists === 'report' ? await describeExisting(existing) : await resumeWorkflow(existing)
}

async function start(
  run: WorkflowRun,
  { compiled, facts, scripts, secrets }: PreparedStart,
  options: ExecuteOptions,
): Promise<RunResult> {
  const state = initialState()
  const events: NewEvent[] = [
    { type: 'workflow_started', payload: { ...startPayload(facts), ...secretWarnings(secrets) } },
  ]
  const { store } = options
  const claimed = await claimRun({ store, runId: run.id, options, state, events, masker: secrets.masker })
  return await runClaimed({ run, compiled, facts, scripts, secrets, claimed, state, options })
}

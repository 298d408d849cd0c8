import { isStoreError, type NewEvent } from '@ion/store'
import { checkRunnable } from './check-runnable.ts'
import { claimRun } from './claim-run.ts'
import { interruption, openBodies } from './closing.ts'
import { type CompiledWorkflow, compileStored } from './compile.ts'
import { hasSettled } from './decide.ts'
import { ExecutorError, RunHeldError } from './errors.ts'
import { type LoadedRun, loadRun } from './load-run.ts'
import type { ResumeOptions } from './options.ts'
import { endLeftovers } from './process/leftovers.ts'
import type { RunResult } from './result.ts'
import { describeRun, runClaimed } from './run-claimed.ts'
import { planScripts } from './script/plan-scripts.ts'
import { runSecrets, secretWarnings } from './secrets/run-secrets.ts'
import { readStartFacts, type StartFacts, startPayload } from './start-facts.ts'

const conflictsInARow = 8
const defaultKillAfterMs = 5_000

/**
 * Goes on with a run that crashed, failed, was stopped, or waits: what is complete stays, what was cut short runs again. A
 * run that failed gives another chance to what failed and to what was skipped. The definition is the one that the run was
 * started with. A completed run is left as it is (`executed: false`).
 *
 * @throws `not_found`; {RunHeldError} when somebody alive holds it; {ExecutorError} `run_cancelled`, `missing_agent`,
 * `missing_variable`, `missing_runtime`; {RunLostError} when the run was lost while it was executed.
 *
 * @example
 * const result = await resumeWorkflow({ store, runId, prompt })
 */
export async function resumeWorkflow(options: ResumeOptions): Promise<RunResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await resumeOnce(options)
    } catch (error) {
      // Somebody wrote between our look and our claim: look again.
      if (!isStoreError(error, 'conflict') || tries === conflictsInARow) throw error
    }
  }
}

async function resumeOnce(options: ResumeOptions): Promise<RunResult> {
  const { store, runId, prompt, unstarted } = options
  const loaded = await loadRun(store, runId)
  const { run, state } = loaded
  if (run.status === 'completed')
    return await describeRun({ run, state, status: 'completed', executed: false, options })
  if (run.status === 'cancelled') {
    throw new ExecutorError('run_cancelled', `run ${runId} was cancelled, which is final; start a new run`, {
      runId,
    })
  }
  if (run.claim?.state === 'live') throw new RunHeldError(runId, run.claim)

  const compiled = compileStored(run.definition)
  const facts = factsOf(loaded, unstarted)
  const done = run.status === 'failed' ? completedNodes(loaded) : settledNodes(loaded)
  checkRunnable(compiled, { variables: facts.variables, prompt, answers: options.answers, done })

  const env = options.env ?? process.env
  const scripts = await planScripts(compiled, { cwd: facts.cwd, folders: options.folders, env, done })

  const secrets = runSecrets({
    workflow: compiled.workflow,
    inputs: run.inputs,
    environment: env,
    kept: { files: run.definition.files, arguments: run.userMessage },
  })
  const open = openBodies(state.nodes.values(), nodeFinder(compiled))
  const started: NewEvent = {
    type: 'workflow_started',
    payload: {
      ...(state.starts === 0 ? startPayload(facts) : { resumed: true }),
      ...secretWarnings(secrets),
    },
  }
  const events = [started, ...open.map((body) => interruption(body, 'executor_lost'))]
  const claimed = await claimRun({ store, runId, options, state, events, masker: secrets.masker })
  await endLeftovers({
    run,
    paths: new Set(open.map((body) => body.state.path)),
    killAfterMs: options.killAfterMs ?? defaultKillAfterMs,
  })
  return await runClaimed({ run, compiled, facts, scripts, secrets, claimed, state, options })
}

function factsOf({ first }: LoadedRun, unstarted: ResumeOptions['unstarted']): StartFacts {
  if (first) return readStartFacts(first, process.cwd())
  return {
    cwd: unstarted?.cwd ?? process.cwd(),
    variables: unstarted?.variables ?? {},
    maxParallel: unstarted?.maxParallel ?? null,
  }
}

/** Finds the node that a path belongs to. */
export function nodeFinder({ workflow }: CompiledWorkflow) {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]))
  return (path: string) => nodes.get(path.split('/', 1)[0] ?? '')
}

function completedNodes({ state }: LoadedRun): Set<string> {
  return new Set(
    [...state.nodes.values()].filter(({ status }) => status === 'completed').map(({ path }) => path),
  )
}

function settledNodes({ state }: LoadedRun): Set<string> {
  return new Set([...state.nodes.values()].filter(hasSettled).map(({ path }) => path))
}

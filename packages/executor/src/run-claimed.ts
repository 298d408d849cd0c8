import { isBlobRef, type RunState, type WorkflowRun } from '@ion/store'
import { ArtifactLedger } from './artifacts/artifact-ledger.ts'
import type { ClaimedRun } from './claim-run.ts'
import type { CompiledWorkflow } from './compile.ts'
import { holdRun } from './hold-run.ts'
import { LogBook } from './log-book.ts'
import { hostEnvironment } from './node-environment.ts'
import type { RunOptions } from './options.ts'
import { patienceOf, patiently } from './patience.ts'
import { openGates, type RunResult } from './result.ts'
import { openRunFolder } from './run-folder.ts'
import type { RunSetting } from './run-setting.ts'
import type { ScriptPlans } from './script/plan-scripts.ts'
import type { RunSecrets } from './secrets/run-secrets.ts'
import type { StartFacts } from './start-facts.ts'

/** Executes a run that was just claimed, to its next end, and says how that left it. */
export async function runClaimed(options: {
  run: WorkflowRun
  compiled: CompiledWorkflow
  facts: StartFacts
  scripts: ScriptPlans
  secrets: RunSecrets
  claimed: ClaimedRun
  /** The log's state up to and with the claim's append. */
  state: RunState
  options: RunOptions
}): Promise<RunResult> {
  const { run, compiled, facts, scripts, secrets, claimed, state } = options
  const folder = await openRunFolder({
    store: options.options.store,
    runId: run.id,
    cwd: facts.cwd,
    artifactsDir: options.options.artifactsDir,
  })
  const artifacts = await ArtifactLedger.open({
    store: options.options.store,
    runId: run.id,
    folder: folder.artifacts,
    masker: secrets.masker,
    isFirstStart: state.starts <= 1,
    patience: patienceOf(options.options),
  })
  const { store, onLog } = options.options
  const logBook = new LogBook({ store, runId: run.id, masker: secrets.masker, onLog })
  logBook.hear(claimed.events)
  const setting: RunSetting = {
    ...compiled,
    scripts,
    run,
    cwd: facts.cwd,
    variables: {
      ...facts.variables,
      ARGUMENTS: run.userMessage,
      USER_MESSAGE: run.userMessage,
      WORKFLOW_ID: run.id,
      RUN_ID: run.id,
      ARTIFACTS_DIR: folder.artifacts,
      LOOP_PREV_OUTPUT: '',
      LOOP_USER_INPUT: '',
      REJECTION_REASON: '',
    },
    maxParallel: facts.maxParallel ?? compiled.workflow.maxParallel ?? Number.POSITIVE_INFINITY,
    folder,
    artifacts,
    logBook,
    masker: secrets.masker,
    environment: hostEnvironment(options.options.env ?? process.env),
    options: options.options,
  }
  const status = await holdRun(setting, claimed, state).finally(() => logBook.close())
  return await describeRun({ run, state, status, executed: true, options: options.options })
}

/** A run's state as a result. */
export async function describeRun(options: {
  run: WorkflowRun
  state: RunState
  status: RunResult['status']
  executed: boolean
  options: RunOptions
}): Promise<RunResult> {
  const { run, state, status, executed } = options
  const { store } = options.options
  const read = (ref: string) => patiently(patienceOf(options.options), () => store.readBlob(run.id, ref))
  const outputs = new Map<string, string>()
  for (const [path, node] of state.nodes) {
    if (node.status !== 'completed' || path.includes('/')) continue
    const { output = '' } = node.payload
    outputs.set(
      path,
      isBlobRef(output)
        ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(await read(output.ref))
        : output,
    )
  }
  return {
    runId: run.id,
    workflowName: run.workflowName,
    status,
    error: state.error,
    reason: state.reason,
    nodes: state.nodes,
    outputs,
    gates: status === 'paused' || status === 'interrupted' ? openGates(state) : [],
    usage: state.usage,
    executed,
  }
}

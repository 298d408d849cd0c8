import type { ResumeOptions } from '@ion/executor'
import type { IWorkflowStore } from '@ion/store'
import { type AgentFlags, defaultAgent, readAgentFlags } from './agent-option.ts'
import type { Cli } from './cli.ts'
import type { Execution } from './execution.ts'
import { hostVariables } from './host-variables.ts'
import { artifactsDirFor } from './run-paths.ts'
import { readRunRecord } from './run-record.ts'
import { findRun, idShortener } from './run-reference.ts'
import { readRunState, storedWorkflow } from './run-state.ts'

/** A run that is to be gone on with. */
export interface OpenedRun extends Omit<Execution, 'start'> {
  /** For a run that was created and never started. */
  unstarted: NonNullable<ResumeOptions['unstarted']>
}

/** Finds a run and everything needed to go on with it. */
export async function openRun(
  cli: Cli,
  store: IWorkflowStore,
  { reference, flags }: { reference: string; flags: AgentFlags },
): Promise<OpenedRun> {
  const sources = { config: await cli.config(), env: cli.env }
  const given = readAgentFlags(flags, sources)
  const run = await findRun(store, reference)
  const record = readRunRecord(run)
  const [state, shorten] = await Promise.all([readRunState(store, run.id), idShortener(store)])
  const cwd = process.cwd()
  return {
    store,
    runId: run.id,
    shortId: shorten(run.id),
    workflowName: run.workflowName,
    workflow: storedWorkflow(run),
    record: {
      agent: given ?? record.agent ?? defaultAgent(sources),
      artifactsDir: record.artifactsDir ?? (await artifactsDirFor(store, sources.config)),
    },
    state,
    unstarted: { cwd, variables: state.starts === 0 ? await hostVariables({}, cwd, sources) : {} },
  }
}

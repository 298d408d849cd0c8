import type { ProjectFolders, WorkflowDefinition } from '@ion/core'
import type { RunOptions, RunResult } from '@ion/executor'
import type { IWorkflowStore, RunState } from '@ion/store'
import { type Agents, createAgents } from './agents.ts'
import type { Cli } from './cli.ts'
import { projectLookup } from './config/project-folders.ts'
import { type ExitCode, exitCodeOfSignal, exitCodes } from './exit-codes.ts'
import { killProcesses } from './kill-processes.ts'
import { commandWriter } from './next-command.ts'
import { jsonReporter } from './output/json-reporter.ts'
import { printable } from './output/printable.ts'
import { progressReporter } from './output/progress-reporter.ts'
import type { RunReporter, RunView } from './output/run-reporter.ts'
import { runPaths } from './run-paths.ts'
import { type RunRecord, runMetadata } from './run-record.ts'
import { RunningPaths } from './running-paths.ts'
import { listenForStop, type StopListener } from './stop-signals.ts'

/** What is executed, by whichever command. */
export interface Execution {
  store: IWorkflowStore
  runId: string
  shortId: string
  workflowName: string
  /** `null` when the stored definition can't be read any more. */
  workflow: WorkflowDefinition | null
  record: RunRecord
  /** How the run stood before. */
  state: RunState
  /** Called with the first event of this execution. */
  onStarted?: () => void
  /** Executes; `null` when there turned out to be nothing to execute here. */
  start(options: RunOptions): Promise<RunResult | null>
}

/**
 * Executes a run, tells how it goes, and stops it in order on Ctrl-C: what `run`, `resume`, `approve` and `reject` share.
 *
 * @returns the exit code; `null` when `start` gave `null`.
 */
export async function executeRun(cli: Cli, execution: Execution): Promise<ExitCode | null> {
  const began = performance.now()
  const running = new RunningPaths()
  const stop = listenForStop({
    onFirst: () => cli.terminal.say(stopMessage(running.paths())),
    onSecond: () => killProcesses({ runId: execution.runId, paths: new Set(running.paths()) }),
  })
  try {
    const reporter = await reporterFor(cli, execution)
    const config = await cli.config()
    const agents = createAgents(execution.record.agent, config)
    const { folders } = projectLookup(process.cwd(), config)
    const recordTexts = config.record_texts ?? false
    const parts = { reporter, running, stop, agents, folders, recordTexts, terminal: cli.terminal }
    const result = await execution.start(runOptions(execution, parts))
    if (result === null) return null
    const exitCode = exitCodeOf(result, stop)
    await reporter.finished({ result, exitCode, durationMs: Math.round(performance.now() - began) })
    return exitCode
  } finally {
    stop.release()
  }
}

async function reporterFor(cli: Cli, execution: Execution): Promise<RunReporter> {
  const { runId, shortId, workflow, workflowName, store, record, state } = execution
  const completed = [...state.nodes.values()].filter(
    ({ status, path }) => status === 'completed' && !path.includes('/'),
  )
  const view: RunView = {
    runId,
    shortId,
    workflowName,
    workflow,
    paths: await runPaths(store, { id: runId, metadata: runMetadata(record) }),
    command: commandWriter(cli),
    kept: completed.map(({ path }) => path),
  }
  const { json = false, quiet = false } = cli.options
  return json ? jsonReporter(cli.terminal, view) : progressReporter(cli.terminal, view, quiet)
}

function runOptions(
  { store, record, onStarted }: Execution,
  parts: {
    reporter: RunReporter
    running: RunningPaths
    stop: StopListener
    agents: Agents
    folders: ProjectFolders
    recordTexts: boolean
    terminal: Cli['terminal']
  },
): RunOptions {
  const { reporter, running, stop, agents, folders, recordTexts, terminal } = parts
  let started = false
  return {
    store,
    signal: stop.signal,
    folders,
    ...(agents.prompt ? { prompt: agents.prompt, answers: agents.answers, agentName: agents.nameOf } : {}),
    recordTexts,
    ...(record.artifactsDir === null ? {} : { artifactsDir: record.artifactsDir }),
    onEvent(event) {
      if (!started) onStarted?.()
      started = true
      running.apply(event)
      reporter.onEvent(event)
    },
    onLog({ nodeId, level, message }) {
      // What a node notes is in its log, and that the run was lost is told as an error.
      if (nodeId === undefined && level === 'warn') terminal.note(`warning: ${printable(message)}`)
    },
  }
}

function exitCodeOf({ status, executed }: RunResult, stop: StopListener): ExitCode {
  switch (status) {
    case 'completed':
      return exitCodes.completed
    case 'failed':
    case 'cancelled':
      return exitCodes.failed
    case 'paused':
      return exitCodes.paused
    case 'interrupted':
      return executed ? exitCodeOfSignal(stop.received() ?? 'SIGTERM') : exitCodes.failed
  }
}

function stopMessage(paths: string[]): string {
  if (paths.length === 0) return 'stopping …'
  const what =
    paths.length === 1 ? `${paths[0]} to end` : `${paths.length} nodes to end (${paths.join(', ')})`
  return `stopping: waiting for ${what}; press Ctrl-C again to kill`
}

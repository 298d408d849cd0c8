import type { WorkflowDefinition } from '@ion/core'
import type { RunResult } from '@ion/executor'
import type { WorkflowEvent } from '@ion/store'
import type { ExitCode } from '../exit-codes.ts'
import type { CommandWriter } from '../next-command.ts'
import type { RunPaths } from '../run-paths.ts'

/** What is known of a run before it is executed. */
export interface RunView {
  runId: string
  /** The id as it is shown. */
  shortId: string
  workflowName: string
  /** `null` when the stored definition can't be read any more. */
  workflow: WorkflowDefinition | null
  paths: RunPaths
  command: CommandWriter
  /** Ids of the nodes that were complete before. */
  kept: string[]
}

/** How an execution ended. */
export interface RunEnding {
  result: RunResult
  exitCode: ExitCode
  durationMs: number
}

/** Tells a person or a program how an execution goes. */
export interface RunReporter {
  onEvent(event: WorkflowEvent): void
  finished(ending: RunEnding): Promise<void>
}

/**
 * A run's result as data: the output of the first completed node, in order of declaration, that no other node depends on.
 * `null` when the run did not complete, or no such node did.
 */
export function resultOutput({ workflow }: Pick<RunView, 'workflow'>, result: RunResult): string | null {
  if (!workflow || result.status !== 'completed') return null
  const needed = new Set(workflow.nodes.flatMap(({ dependsOn }) => dependsOn))
  for (const { id } of workflow.nodes) {
    if (needed.has(id) || result.nodes.get(id)?.status !== 'completed') continue
    return result.outputs.get(id) ?? ''
  }
  return null
}

import type { IWorkflowStore, WorkflowRun } from '@ion/store'
import { notFoundError } from './cli-error.ts'
import { readRunState, storedWorkflow } from './run-state.ts'

/** The paths of a run: the declared nodes first, then what ran inside them. */
export async function knownPaths(store: IWorkflowStore, run: WorkflowRun): Promise<string[]> {
  const declared = storedWorkflow(run)?.nodes.map(({ id }) => id) ?? []
  const state = await readRunState(store, run.id)
  return [...new Set([...declared, ...state.nodes.keys()])]
}

/** @throws {CliError} when a run has no such node, naming those that it has. */
export function checkPath(run: WorkflowRun, paths: readonly string[], node: string): void {
  if (paths.includes(node)) return
  throw notFoundError(`run ${run.id} has no node ${JSON.stringify(node)}`, `it has ${paths.join(', ')}`)
}

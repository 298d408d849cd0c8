import { parseWorkflow, type WorkflowDefinition } from '@ion/core'
import {
  applyEvent,
  type IWorkflowStore,
  initialState,
  type RunState,
  readLog,
  type WorkflowRun,
} from '@ion/store'

/** Reads a run's whole log. */
export async function readRunState(store: IWorkflowStore, id: string): Promise<RunState> {
  const state = initialState()
  for await (const event of readLog(store, id)) applyEvent(state, event)
  return state
}

/** The workflow as the run was started with it; `null` when it can't be read any more. */
export function storedWorkflow({ definition }: Pick<WorkflowRun, 'definition'>): WorkflowDefinition | null {
  if (definition.format !== 'yaml') return null
  const parsed = parseWorkflow(definition.source, { path: definition.path })
  return parsed.ok ? parsed.workflow : null
}

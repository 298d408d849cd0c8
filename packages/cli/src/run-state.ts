import { parseWorkflow, type WorkflowDefinition } from '@ion/core'
import {
  type Artifact,
  applyEvent,
  artifactsIn,
  type IWorkflowStore,
  initialState,
  lastArtifacts,
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

/** Reads a run's whole log once, for what it comes to and for what its nodes left. */
export async function readStateAndArtifacts(
  store: IWorkflowStore,
  id: string,
): Promise<{ state: RunState; artifacts: Artifact[] }> {
  const state = initialState()
  async function* events() {
    for await (const event of readLog(store, id)) {
      applyEvent(state, event)
      yield event
    }
  }
  const artifacts = await lastArtifacts(artifactsIn(events(), (ref) => store.readBlob(id, ref)))
  return { state, artifacts }
}

/** The workflow as the run was started with it; `null` when it can't be read any more. */
export function storedWorkflow({ definition }: Pick<WorkflowRun, 'definition'>): WorkflowDefinition | null {
  if (definition.format !== 'yaml') return null
  const parsed = parseWorkflow(definition.source, { path: definition.path })
  return parsed.ok ? parsed.workflow : null
}

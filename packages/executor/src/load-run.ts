import {
  applyEvent,
  type IWorkflowStore,
  initialState,
  NotFoundError,
  type RunState,
  readLog,
  type WorkflowEvent,
  type WorkflowRun,
} from '@ion/store'

/** A run as its store has it. */
export interface LoadedRun {
  run: WorkflowRun
  state: RunState
  /** The log's first event; absent in a run that was never started. */
  first: WorkflowEvent | undefined
}

/** Reads a run and its whole log, a page at a time. @throws {NotFoundError} */
export async function loadRun(store: IWorkflowStore, id: string): Promise<LoadedRun> {
  const run = await store.getWorkflowRun(id)
  if (!run) throw new NotFoundError(`there is no run ${id}`)
  const state = initialState()
  let first: WorkflowEvent | undefined
  for await (const event of readLog(store, id)) {
    first ??= event
    applyEvent(state, event)
  }
  return { run, state, first }
}

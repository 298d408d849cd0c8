import type { ClaimView, RunSummary, WorkflowRun } from '@ion/store'
import { creationOf } from './creation-line.ts'
import type { LogState } from './log-fold.ts'
import { isAppend } from './log-units.ts'
import type { ListedState } from './run-catalog.ts'
import type { RunLog } from './run-log.ts'

/** A run as lists show it. */
export function summaryOf(state: ListedState, claim: ClaimView | null): RunSummary {
  const { id, workflowName, userMessage, idempotencyKey, createdAt, priority } = state
  const { status, lastSequence, lastSignal, error, wakeAt, startedAt, finishedAt, updatedAt } = state.head
  return {
    ...{ id, workflowName, status, userMessage, priority, idempotencyKey, wakeAt, createdAt },
    ...{ updatedAt, startedAt, finishedAt, lastSequence, lastSignal, claim },
    error: error && structuredClone(error),
  }
}

/** A run's whole record: what is large of it is read from the log. */
export async function recordOf(log: RunLog, state: LogState, claim: ClaimView | null): Promise<WorkflowRun> {
  const { created } = await creationOf(log)
  let { definition } = created
  if (state.definitionAt > 0) {
    const unit = await log.unitAt(state.definitionAt)
    if (isAppend(unit) && unit.batch.run?.definition) definition = unit.batch.run.definition
  }
  const metadata = structuredClone(state.metadata)
  return { ...summaryOf(state, claim), definition, inputs: created.inputs, metadata }
}

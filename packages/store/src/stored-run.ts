import type { HeldClaim, RunHead } from './append-rules.ts'
import { creationDigest } from './content-digest.ts'
import { viewClaim } from './liveness.ts'
import type { NewRun, RunSummary, WorkflowRun } from './run.ts'

/** A run's record as a store may keep it: with the whole claim, and with what only later calls ask for. It is JSON. */
export interface StoredRun extends Omit<WorkflowRun, 'claim'>, RunHead {
  claim: HeldClaim | null
  /** How many claims there have been. */
  claims: number
  /** `creationDigest` of what the run was created from. */
  creation: string
}

/**
 * The first record of a run.
 *
 * @param run - With its defaults filled in, as `newRunSchema` gives it.
 * @param now - The store's time (ISO).
 */
export function createdRun(run: Required<NewRun>, now: string): StoredRun {
  return {
    ...run,
    status: 'pending',
    error: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    finishedAt: null,
    lastSequence: 0,
    lastSignal: 0,
    claim: null,
    claims: 0,
    creation: creationDigest(run),
  }
}

/** A run as anyone may see it: its claim judged now, and without the token. */
export function viewRun({ claims: _, creation: __, claim, ...run }: StoredRun, now: string): WorkflowRun {
  return { ...run, claim: viewClaim(claim, now) }
}

/** A run as it stands in a list. */
export function summaryOf({ definition: _, inputs: __, metadata: ___, ...run }: WorkflowRun): RunSummary {
  return run
}

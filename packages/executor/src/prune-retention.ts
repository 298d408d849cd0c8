import { derivedStatus, type RunSummary } from '@ion/store'
import { ExecutorError } from './errors.ts'
import { type KeptReason, type PruneConditions, prunableStatuses } from './prune-options.ts'

/** Conditions as they are used. */
export interface CheckedConditions {
  status: ReadonlySet<string>
  workflowName: string | null
  keep: number
  /** ISO, milliseconds; `null` for whenever. */
  endedBefore: string | null
}

/** @throws {ExecutorError} `invalid_condition`, also when there is none: that would be everything. */
export function checkConditions(given: PruneConditions): CheckedConditions {
  const { status = ['completed', 'cancelled'], workflowName, keep = 0, endedBefore } = given
  const isGiven = [given.status, workflowName, given.keep, endedBefore].some((each) => each !== undefined)
  if (!isGiven) throw refused('there is no condition, and every run that has ended would go')
  const open = status.find((name) => !prunableStatuses.includes(name))
  if (open !== undefined)
    throw refused(`only ${prunableStatuses.join(', ')} runs can be pruned, not ${open} ones`)
  if (given.keep !== undefined && !(Number.isSafeInteger(keep) && keep > 0)) {
    throw refused(`the number of runs to keep is a whole number above 0, not ${keep}`)
  }
  const time = endedBefore === undefined ? null : new Date(endedBefore)
  if (time !== null && Number.isNaN(time.getTime())) {
    throw refused(`${JSON.stringify(endedBefore)} is no time`)
  }
  return {
    status: new Set(status),
    workflowName: workflowName ?? null,
    keep,
    endedBefore: time?.toISOString() ?? null,
  }
}

function refused(message: string): ExecutorError {
  return new ExecutorError('invalid_condition', message)
}

/**
 * Looks at runs in the order of lists, newest first, and says of each why it stays, or `null` when it is to go. It remembers
 * how many it has seen of each workflow, and nothing else.
 */
export class Retention {
  readonly #conditions: CheckedConditions
  readonly #seen = new Map<string, number>()

  constructor(conditions: CheckedConditions) {
    this.#conditions = conditions
  }

  judge(run: RunSummary): KeptReason | null {
    const { status, keep, endedBefore } = this.#conditions
    if (!isPrunable(run, status)) return 'status'
    const seen = (this.#seen.get(run.workflowName) ?? 0) + 1
    this.#seen.set(run.workflowName, seen)
    if (seen <= keep) return 'newest'
    if (endedBefore !== null && (run.finishedAt ?? run.updatedAt) >= endedBefore) return 'recent'
    return run.claim?.state === 'live' ? 'held' : null
  }
}

/** Whether a run has ended in one of the statuses. */
export function isPrunable(run: Pick<RunSummary, 'status' | 'claim'>, status: ReadonlySet<string>): boolean {
  return status.has(derivedStatus(run))
}

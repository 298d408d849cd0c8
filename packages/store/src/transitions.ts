import { InvalidTransitionError } from './errors.ts'

/** Every status a run can be stored with. `interrupted` is not one: readers derive it (see `derivedStatus`). */
export const runStatuses = ['pending', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const

/** A run's stored status. */
export type RunStatus = (typeof runStatuses)[number]

/**
 * From which status a run may go to which. A running run may be started again (a takeover); a failed run runs again
 * by a resume; completed and cancelled are final.
 */
export const runTransitions: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  pending: ['running', 'failed', 'cancelled'],
  running: ['running', 'paused', 'completed', 'failed', 'cancelled'],
  paused: ['running', 'failed', 'cancelled'],
  failed: ['running'],
  completed: [],
  cancelled: [],
}

/** Whether a run with this status has ended. A failed run has ended too, though a resume can start it again. */
export function hasEnded(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

/**
 * Refuses a change of status that the table of transitions does not have.
 *
 * @throws {InvalidTransitionError} naming both statuses and what would be possible.
 */
export function checkTransition(from: RunStatus, to: RunStatus): void {
  if (runTransitions[from].includes(to)) return
  const possible = runTransitions[from].join(', ')
  throw new InvalidTransitionError(
    `a ${from} run can't become ${to}; ${possible ? `it can become ${possible}` : `${from} is final`}`,
    { from, to },
  )
}

import { z } from 'zod'
import { checkRecord } from './check-record.ts'
import type { DeleteOptions } from './contract.ts'
import { ConflictError } from './errors.ts'
import type { WorkflowRun } from './run.ts'

const expectedSchema = z.looseObject({ expectedSequence: z.number().int().nonnegative().optional() })

/** Checks what a deletion asks for. @throws {InvalidRecordError} */
export function checkDeletion(options: DeleteOptions = {}): void {
  checkRecord(expectedSchema, options, 'options')
}

/**
 * Whether a run's log ends where who deletes it expects it to, if anything is expected. Pure; call it once it is known that nobody holds
 * the run.
 *
 * @throws {ConflictError}
 */
export function checkExpected(
  { id, lastSequence }: Pick<WorkflowRun, 'id' | 'lastSequence'>,
  { expectedSequence = lastSequence }: DeleteOptions = {},
): void {
  if (expectedSequence === lastSequence) return
  throw new ConflictError(
    `the log of run ${id} is at sequence ${lastSequence}, who deletes it knows ${expectedSequence}`,
    { expected: expectedSequence, actual: lastSequence },
  )
}

import { checkAppendShape } from './append-rules.ts'
import { checkRecord, checkTtl } from './check-record.ts'
import { type Owner, ownerSchema } from './claim.ts'
import type { GrantRequest } from './content-digest.ts'
import type { ClaimAppend, StoreAbilities } from './contract.ts'
import { copyAppend } from './copy-append.ts'
import { copyJson } from './json.ts'
import { type NewRun, newRunSchema, type RunFields, runPatchSchema } from './run.ts'
import { type NewSignal, newSignalSchema } from './signal.ts'

// What a store does first with what it is handed: checks it, and takes a copy, since the caller's own objects may change while the
// call waits. All throw an `InvalidRecordError` that names every fault.

/** A run to be created, its defaults filled in. */
export function givenRun(run: NewRun): Required<NewRun> {
  return copyJson(checkRecord(newRunSchema, run, 'run'))
}

/** Fields to be changed. */
export function givenFields(fields: RunFields): RunFields {
  checkRecord(runPatchSchema, fields, 'patch')
  return copyJson(fields)
}

/** An append, or the append of a claim. @throws {TooLargeError} when an event is over the store's limit. */
export function givenAppend<Given extends ClaimAppend>(append: Given, abilities: StoreAbilities) {
  checkAppendShape(append, abilities)
  return copyAppend(append)
}

/** Who asks for a claim, and for how long. */
export function givenGrant(owner: Owner, ttlMs: number): GrantRequest {
  checkTtl(ttlMs)
  return { owner: copyJson(checkRecord(ownerSchema, owner, 'owner')), ttlMs }
}

/** A signal to be sent. */
export function givenSignal(signal: NewSignal): NewSignal {
  return copyJson(checkRecord(newSignalSchema, signal, 'signal'))
}

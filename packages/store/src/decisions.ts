import { guardAppend, guardClaimAppend } from './append-rules.ts'
import type { Claim } from './claim.ts'
import { appendDigest, type GrantRequest } from './content-digest.ts'
import type { Append, Appended, ClaimAppend, Claimed, DeleteOptions } from './contract.ts'
import { checkDeletion, checkExpected } from './deletion-rules.ts'
import { AlreadyExistsError, LeaseLostError } from './errors.ts'
import type { WorkflowEvent } from './event.ts'
import { claimOf, newClaim, renewedClaim } from './grant.ts'
import { mergeMembers } from './json.ts'
import { claimState } from './liveness.ts'
import { firstResult, firstSignal, grantAgain, type StoredCommit } from './repeats.ts'
import type { NewRun, RunFields } from './run.ts'
import type { NewSignal, WorkflowSignal } from './signal.ts'
import { createdRun, type StoredRun } from './stored-run.ts'

// What each write of a store comes to, as pure functions of the run's record: for stores that read a record, decide and
// write, alone with the run meanwhile. All that is handed in has been checked and copied.

/** What an append writes: all of it together with the append's blobs, or nothing. */
export interface Landing {
  run: StoredRun
  events: WorkflowEvent[]
  /** To be kept under the append's `commitId` for as long as the run is there. */
  commit: StoredCommit
}

/** What a call is told, and what is to be written before it is; `null` for nothing. */
export interface Decision<Result> {
  result: Result
  landing: Landing | null
}

/** What an append is decided by, besides the run and itself. */
export interface CommitState {
  /** What was committed under the same `commitId` before, if anything. */
  first: StoredCommit | undefined
  /** The store's time (ISO). */
  now: string
}

/**
 * What a creation comes to: a new run, or the one that is there.
 *
 * @param found - The runs that have the id, or the idempotency key, as far as there are any; one may be named twice.
 * @returns the run, and whether it is new and has to be written, with its key.
 * @throws {AlreadyExistsError}
 */
export function decideCreation(
  run: Required<NewRun>,
  found: readonly (StoredRun | undefined)[],
  now: string,
): { run: StoredRun; isNew: boolean } {
  const created = createdRun(run, now)
  const existing = found.filter((each) => each !== undefined)
  const [taken] = existing
  if (!taken) return { run: created, isNew: true }
  if (existing.every(({ id, creation }) => id === taken.id && creation === created.creation)) {
    return { run: taken, isNew: false }
  }
  const byKey = existing.find(({ idempotencyKey: key }) => key !== null && key === run.idempotencyKey)
  const what = byKey ? `idempotency key ${JSON.stringify(run.idempotencyKey)}` : `run ${run.id}`
  throw new AlreadyExistsError(`${what} exists with other content`, { id: (byKey ?? taken).id })
}

/**
 * What `appendEvents` comes to.
 *
 * @throws as `guardAppend`; {ConflictError} when something else was committed under the same id.
 */
export function decideAppend(
  run: StoredRun,
  append: Append,
  { first, now }: CommitState,
): Decision<Appended> {
  const digest = appendDigest(append)
  if (first) return { result: firstResult(first, { commitId: append.commitId, digest }), landing: null }
  const head = guardAppend(run, append, now, run.claim ? claimState(run.claim, now) : 'expired')
  const after = stored(append, { ...run, ...head })
  const result = resultOf(after, now)
  return { result, landing: { run: after, events: placed(append, after, now), commit: { digest, result } } }
}

/**
 * What `claimWorkflowRun` comes to.
 *
 * @throws as `guardClaimAppend`; {ConflictError} when something else was committed under the same id; {LeaseLostError} when the
 * same claim was granted before and has ended.
 */
export function decideClaim(
  run: StoredRun,
  append: ClaimAppend,
  { first, grant, now }: CommitState & { grant: GrantRequest },
): Decision<Claimed | null> {
  const digest = appendDigest(append, grant)
  if (first) {
    const granted = firstResult(first, { commitId: append.commitId, digest })
    return { result: grantAgain(granted, run.claim, now), landing: null }
  }
  if (run.claim && claimState(run.claim, now) === 'live') return { result: null, landing: null }
  const head = guardClaimAppend(run, append, now)
  const claim = newClaim(grant, run.claims + 1, now)
  const after = stored(append, { ...run, ...head, claim, claims: claim.number })
  const result = { ...resultOf(after, now), claim: claimOf(claim) }
  return { result, landing: { run: after, events: placed(append, after, now), commit: { digest, result } } }
}

/**
 * What `renewClaim` comes to.
 *
 * @throws {LeaseLostError} when the claim is not the current one, or has expired.
 */
export function decideRenewal(
  run: StoredRun,
  claim: Claim,
  { ttlMs, now }: { ttlMs: number; now: string },
): { run: StoredRun; claim: Claim } {
  const held = renewedClaim(run.claim, claim, ttlMs, now)
  return { run: { ...run, claim: held }, claim: claimOf(held) }
}

/**
 * What `sendSignal` comes to.
 *
 * @param first - The run's signal of the same id, if there is one.
 * @returns the signal as it is stored, and the run to be written with it; `null` when both are there already.
 * @throws {ConflictError} when another signal has the id.
 */
export function decideSignal(
  run: StoredRun,
  signal: NewSignal,
  { first, now }: { first: WorkflowSignal | undefined; now: string },
): { signal: WorkflowSignal; run: StoredRun | null } {
  if (first) return { signal: firstSignal(first, signal), run: null }
  const sequence = run.lastSignal + 1
  const sent = { ...signal, runId: run.id, sequence, sentAt: now, atEvent: run.lastSequence }
  return { signal: sent, run: { ...run, lastSignal: sequence } }
}

/** What `updateRunFields` comes to. */
export function decideUpdate(run: StoredRun, fields: RunFields, now: string): StoredRun {
  const { metadata = {}, priority = run.priority, wakeAt = run.wakeAt } = fields
  return { ...run, metadata: mergeMembers(run.metadata, metadata), priority, wakeAt, updatedAt: now }
}

/**
 * Whether a run can be deleted.
 *
 * @param options - What the deletion was called with.
 * @throws {LeaseLostError} while somebody alive holds it; {ConflictError} when its log ends elsewhere than expected; {InvalidRecordError}
 */
export function guardDeletion(run: StoredRun, now: string, options: DeleteOptions = {}): void {
  checkDeletion(options)
  const { id, claim } = run
  if (claim !== null && claimState(claim, now) === 'live')
    throw new LeaseLostError(`run ${id} is held; it can be deleted once it is let go`)
  checkExpected(run, options)
}

function stored(append: ClaimAppend, run: StoredRun): StoredRun {
  return { ...run, definition: append.run?.definition ?? run.definition }
}

function resultOf({ lastSequence, lastSignal }: StoredRun, now: string): Appended {
  return { lastSequence, lastSignal, timestamp: now }
}

/** The events of an append in their places at the end of the log. */
function placed({ events, commitId }: ClaimAppend, run: StoredRun, now: string): WorkflowEvent[] {
  const first = run.lastSequence - events.length + 1
  return events.map((event, index) => {
    return { ...event, runId: run.id, sequence: first + index, timestamp: now, commitId }
  })
}

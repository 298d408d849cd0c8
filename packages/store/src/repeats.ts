import type { HeldClaim } from './append-rules.ts'
import type { Claim } from './claim.ts'
import { contentDigest } from './content-digest.ts'
import type { Appended, Claimed } from './contract.ts'
import { ConflictError, LeaseLostError } from './errors.ts'
import { claimState } from './liveness.ts'
import type { NewSignal, WorkflowSignal } from './signal.ts'

/** What a store remembers of a commit for as long as the run is there, so that a repeat has no second effect. */
export interface StoredCommit {
  /** `appendDigest` of what was committed. */
  digest: string
  /** What the first call was told; with a claim when it was `claimWorkflowRun`. */
  result: Appended & { claim?: Claim }
}

/**
 * What an append that comes again is told: what it was told the first time. Call it before `guardAppend`, which would find the
 * repeat behind its own first effect.
 *
 * @param again - The commit's id, and the digest of what came now.
 * @throws {ConflictError} when something else was committed under this id.
 */
export function firstResult(
  first: StoredCommit,
  again: { commitId: string; digest: string },
): StoredCommit['result'] {
  if (first.digest === again.digest) return first.result
  throw new ConflictError(`commit ${again.commitId} was made with other content`, {
    commitId: again.commitId,
  })
}

/**
 * What a claim that comes again is told: the first grant, with the expiry it has by now, as long as that grant is the current one.
 *
 * @param first - What the first claim was told (`firstResult`).
 * @param held - The run's claim now.
 * @param now - The store's time (ISO).
 * @returns `null` when somebody else alive holds the run by now.
 * @throws {LeaseLostError} when the grant has ended and nobody holds the run.
 */
export function grantAgain(
  first: StoredCommit['result'],
  held: HeldClaim | null,
  now: string,
): Claimed | null {
  if (first.claim !== undefined && held?.token === first.claim.token && held.expiresAt > now) {
    return { ...first, claim: { ...first.claim, expiresAt: held.expiresAt } }
  }
  if (held && claimState(held, now) === 'live') return null
  throw new LeaseLostError('the claim that this commit was granted has ended')
}

/**
 * What a signal that comes again is told: the one that was stored first.
 *
 * @throws {ConflictError} when it says something else under the same id.
 */
export function firstSignal(first: WorkflowSignal, again: NewSignal): WorkflowSignal {
  const { runId: _, sequence: __, sentAt: ___, atEvent: ____, ...content } = first
  if (contentDigest(content) === contentDigest(again)) return first
  throw new ConflictError(`signal ${again.id} was sent with other content`, { id: again.id })
}

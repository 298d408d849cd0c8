import { hash } from 'node:crypto'
import type { Claim, Owner } from './claim.ts'
import type { ClaimAppend } from './contract.ts'
import { canonicalJson, copyJson, type Json } from './json.ts'
import type { NewRun } from './run.ts'

/**
 * One short text for all records of the same content, in whatever order their members stand: a SHA-256 in hex.
 *
 * @example
 * contentDigest({ a: 1, b: 2 }) === contentDigest({ b: 2, a: 1 }) // true
 */
export function contentDigest(record: unknown): string {
  return hash('sha256', canonicalJson(copyJson(record) as Json))
}

/**
 * The digest of what a run is created from: two creations under the same id, or with the same idempotency key, mean the same
 * run when their digests are the same. The id is no part of it, since a key's second creation may come with another.
 *
 * @param run - With its defaults filled in, as `newRunSchema` gives it.
 */
export function creationDigest(run: Required<NewRun>): string {
  return contentDigest({ ...run, id: '' })
}

/** What makes a claim of an append. */
export interface GrantRequest {
  owner: Owner
  /** How long the claim lasts, in milliseconds. */
  ttlMs: number
}

/**
 * The digest of an append, to tell a repeat from other content under the same `commitId`. The claim is no part of it: a renewed
 * one, or the next one, may repeat what the first began.
 *
 * @param grant - For the append of a claim: who asks for it, and for how long. It is part of the content.
 */
export function appendDigest(append: ClaimAppend & { claim?: Claim }, grant?: GrantRequest): string {
  const { claim: _, blobs = [], ...rest } = append
  const digests = blobs.map(({ ref, bytes }) => [ref, hash('sha256', bytes)])
  return contentDigest([grant ?? null, rest, digests])
}

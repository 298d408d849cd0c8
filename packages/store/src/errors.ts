import type { Json } from './json.ts'

/**
 * What a store can say went wrong. The set is closed: a store maps everything its driver throws to one of these.
 *
 * - `not_found`: no such run (or blob), or it was deleted.
 * - `already_exists`: the id or idempotency key is taken by other content.
 * - `conflict`: the writer's view is behind: another sequence, another signal, or a `commitId` used with other content.
 * - `lease_lost`: the run is claimed by another, or the claim named is not the current one or has expired.
 * - `invalid_transition`: the run's status does not allow it.
 * - `invalid_record`: what was handed in breaks the schema; nothing was written.
 * - `too_large`: over the store's declared limit; nothing was written.
 * - `unavailable`: the medium failed. The only error that may be retried.
 * - `corrupt`: what is stored can't be right.
 */
export type StoreErrorCode =
  | 'not_found'
  | 'already_exists'
  | 'conflict'
  | 'lease_lost'
  | 'invalid_transition'
  | 'invalid_record'
  | 'too_large'
  | 'unavailable'
  | 'corrupt'

/** The base of every error a store throws. Test `code` rather than the class when errors cross realms or packages. */
export abstract class StoreError extends Error {
  abstract readonly code: StoreErrorCode
  /** Facts that belong to the error, for logs and `--json`. */
  readonly details: { readonly [key: string]: Json }

  constructor(message: string, details: { readonly [key: string]: Json } = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.details = details
  }
}

/** There is no such run or blob, or it was deleted. */
export class NotFoundError extends StoreError {
  readonly code = 'not_found'
}

/** The run id or the idempotency key is taken by other content; `details.id` is the run that has it. */
export class AlreadyExistsError extends StoreError {
  readonly code = 'already_exists'
}

/** The writer's view is behind: look again, then decide anew. `details` has what was expected and what is there. */
export class ConflictError extends StoreError {
  readonly code = 'conflict'
}

/** The run is held by another, or the claim named is not the current one or has expired: stop, write nothing more. */
export class LeaseLostError extends StoreError {
  readonly code = 'lease_lost'
}

/** The run's status does not allow it; `details` has the status. */
export class InvalidTransitionError extends StoreError {
  readonly code = 'invalid_transition'
}

/** What was handed in breaks the schema; nothing was written, and a repeat never helps. */
export class InvalidRecordError extends StoreError {
  readonly code = 'invalid_record'
}

/** Over the store's declared limit; nothing was written. `details` has size and limit. */
export class TooLargeError extends StoreError {
  readonly code = 'too_large'
}

/** The medium failed. `outcome` says what is known of the write: `none` had no effect, `unknown` may have landed. */
export class UnavailableError extends StoreError {
  readonly code = 'unavailable'
  readonly outcome: 'none' | 'unknown'

  constructor(message: string, outcome: 'none' | 'unknown', options?: ErrorOptions) {
    super(message, { outcome }, options)
    this.outcome = outcome
  }
}

/** What is stored can't be right; the message names the place. */
export class CorruptError extends StoreError {
  readonly code = 'corrupt'
}

const codes: ReadonlySet<unknown> = new Set<StoreErrorCode>([
  'not_found',
  'already_exists',
  'conflict',
  'lease_lost',
  'invalid_transition',
  'invalid_record',
  'too_large',
  'unavailable',
  'corrupt',
])

/**
 * Whether a value is a store's error, also when it comes from another copy of this package.
 *
 * @example
 * try { await store.appendEvents(id, append) } catch (error) {
 *   if (isStoreError(error, 'lease_lost')) stop()
 * }
 */
export function isStoreError<Code extends StoreErrorCode>(
  error: unknown,
  ...wanted: Code[]
): error is StoreError & { code: Code } {
  if (!(error instanceof Error) || !('code' in error) || !codes.has(error.code)) return false
  return wanted.length === 0 || wanted.some((code) => code === error.code)
}

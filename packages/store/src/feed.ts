import { createHash } from 'node:crypto'
import type { CallOptions } from './contract.ts'
import { InvalidRecordError } from './errors.ts'
import type { WorkflowEvent } from './event.ts'

/** Which page of the feed. */
export interface FeedRequest {
  /** The `cursor` of the page before; absent for the beginning. */
  after?: string
  /** At most this many events, 1 to 1,000. */
  limit: number
}

/** A page of the feed. */
export interface FeedPage {
  /** None when nothing is new. */
  events: WorkflowEvent[]
  /** What to ask on with, also when nothing is new. Opaque text, good for any handle on the same data, however much later. */
  cursor: string
}

/**
 * The events of all runs, so that the log is the outbox: whoever must hear of everything reads on from a cursor that it keeps, and
 * needs no notice. A store that has it declares `feed` among its abilities.
 *
 * - Every event is on exactly one page that follows from one cursor to the next, those of a run in the order of its log.
 * - None appears behind a cursor that was given out, whoever commits meanwhile and in whatever order. So an event may be held back for as
 *   long as others that are being written could still come before it.
 * - Across runs the order is that of the commits where the store has one, else about that of time.
 * - A run that was deleted has no more events; deleting one keeps no other event from being read.
 *
 * A consumer that keeps its cursor after it has dealt with a page meets every event at least once; the run and the sequence of an
 * event tell it what it has met before.
 *
 * @example
 * const store = await createStore(url)
 * if (!hasEventFeed(store)) throw new Error('this store has no feed')
 * const { events, cursor } = await store.readEvents({ limit: 100 })
 * const next = await store.readEvents({ after: cursor, limit: 100 })
 */
export interface EventFeed {
  /**
   * The events after a cursor, at most `limit`. Doesn't wait for events: none means that nothing is new.
   *
   * @throws `invalid_record` for a limit that is none of 1 to 1,000, for a cursor that no page of this store gave, and, as far as the store
   * can tell, for one that was given by a later state than what has been restored: then begin anew, without a cursor.
   */
  readEvents(page: FeedRequest, options?: CallOptions): Promise<FeedPage>
}

/** Whether a store gives the events of all runs. */
export function hasEventFeed<Store extends object>(store: Store): store is Store & EventFeed {
  return 'readEvents' in store && typeof store.readEvents === 'function'
}

/** @throws {InvalidRecordError} when the limit of a page of the feed is none of 1 to 1,000. */
export function checkFeedLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000) return
  throw new InvalidRecordError(`a page of the feed has 1 to 1,000 events, not ${limit}`)
}

const sumBytes = 6

/** Turns what a store needs to know of a place in its feed into a cursor: a text that shows when it was changed. */
export function encodeFeedCursor(place: Uint8Array): string {
  return Buffer.concat([place, sumOf(place)]).toString('base64url')
}

/** @throws {InvalidRecordError} when the text is none that `encodeFeedCursor` gave out. */
export function decodeFeedCursor(cursor: string): Buffer {
  const bytes = Buffer.from(cursor, 'base64url')
  const place = bytes.subarray(0, -sumBytes)
  // The decoder passes over characters that are none of its own.
  const whole = bytes.length > sumBytes && bytes.toString('base64url') === cursor
  if (whole && bytes.subarray(-sumBytes).equals(sumOf(place))) return place
  throw foreignCursor(cursor)
}

/** What a store says of a cursor that it did not give. */
export function foreignCursor(cursor: string): InvalidRecordError {
  const shown = cursor.length > 64 ? `${cursor.slice(0, 64)}…` : cursor
  return new InvalidRecordError(
    `${JSON.stringify(shown)} is no cursor of this store's feed; begin anew without one`,
  )
}

function sumOf(place: Uint8Array): Buffer {
  return createHash('sha256').update('feed').update(place).digest().subarray(0, sumBytes)
}

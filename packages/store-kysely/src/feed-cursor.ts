import { decodeFeedCursor, encodeFeedCursor, foreignCursor } from '@ion/store'

/** The event after which the feed goes on. */
export interface FeedPlace {
  /** Which count of positions it is of: that of a store's tables until they are brought to another cluster. */
  generation: string
  position: number
  runId: string
  sequence: number
}

/** Before all events. */
export const feedStart = { position: -Number.MAX_SAFE_INTEGER, runId: '', sequence: 0 }

/** A place as a text. */
export function cursorAt({ generation, position, runId, sequence }: FeedPlace): string {
  return encodeFeedCursor(Buffer.from(JSON.stringify([generation, position, runId, sequence])))
}

/** @throws {InvalidRecordError} when no page of a feed in SQL gave the cursor. */
export function placeOf(cursor: string): FeedPlace {
  const bytes = decodeFeedCursor(cursor)
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (Array.isArray(value) && value.length === 4) {
      const [generation, position, runId, sequence] = value as unknown[]
      const texts = typeof generation === 'string' && typeof runId === 'string'
      if (texts && isWhole(position) && isWhole(sequence)) return { generation, position, runId, sequence }
    }
  } catch {
    // It has another store's form.
  }
  throw foreignCursor(cursor)
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

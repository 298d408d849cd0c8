import { randomUUID } from 'node:crypto'
import {
  checkFeedLimit,
  decodeFeedCursor,
  encodeFeedCursor,
  type FeedPage,
  type FeedRequest,
  foreignCursor,
  type WorkflowEvent,
} from '@ion/store'

/** An event with its place among those of all runs. */
export interface PlacedEvent {
  place: number
  event: WorkflowEvent
}

// Both are of this process, as the runs are.
const count = randomUUID()
let lastPlace = 0

/** A place after all that were given before; it is never given again. */
export function nextPlace(): number {
  lastPlace += 1
  return lastPlace
}

/** A page of the feed. `eventsAfter` gives what runs have after a place, in any order. */
export function memoryFeed(
  { after, limit }: FeedRequest,
  eventsAfter: (place: number) => PlacedEvent[],
): FeedPage {
  checkFeedLimit(limit)
  const from = after === undefined ? 0 : placeOf(after)
  const found = eventsAfter(from)
    .sort((one, other) => one.place - other.place)
    .slice(0, limit)
  const cursor = encodeFeedCursor(Buffer.from(`${count} ${found.at(-1)?.place ?? from}`))
  return { events: found.map(({ event }) => event), cursor }
}

function placeOf(cursor: string): number {
  const [counted, place] = decodeFeedCursor(cursor).toString().split(' ')
  if (counted === count && Number.isSafeInteger(Number(place))) return Number(place)
  throw foreignCursor(cursor)
}

import { setImmediate as otherWork } from 'node:timers/promises'
import {
  type CallOptions,
  checkFeedLimit,
  type FeedPage,
  type FeedRequest,
  InvalidRecordError,
  isStoreError,
  type WorkflowEvent,
} from '@ion/store'
import { creationOf } from './creation-line.ts'
import { readEvents } from './events.ts'
import { cursorOf, type ReadSoFar, readSoFar, runKey } from './feed-cursor.ts'
import type { Listing } from './listing.ts'
import type { ListedState } from './run-catalog.ts'

const eventsAtOnce = 32
const lookedAtInARow = 64

/** A run with events that were not read yet. */
interface Waiting {
  id: string
  creation: string
  key: string
  read: number
  last: number
  /** Those that come next; none when they have still to be read from the log. */
  next: WorkflowEvent[]
  /** No later than the next event, and never earlier than one before. */
  time: string
}

/**
 * The next events of all runs. Each run's log has an order, and nothing has one over all of them: a page takes events by their times, and
 * the cursor says of each run how far it was read. Of every run it looks at what the catalog has of it, and opens the logs that it takes from.
 *
 * A run whose log is damaged is passed over until it can be read again; reading that run says what is wrong.
 */
export async function readFeed(
  { after, limit }: FeedRequest,
  parts: Listing,
  call: CallOptions = {},
): Promise<FeedPage> {
  checkFeedLimit(limit)
  const before = after === undefined ? new Map<string, number>() : readSoFar(after)
  const { read, waiting } = await lookAtRuns(before, parts, call)
  const events: WorkflowEvent[] = []
  while (events.length < limit) {
    const run = earliest(waiting)
    if (!run) break
    const event = run.next.shift()
    if (event) {
      events.push(event)
      run.read = event.sequence
      read.set(run.key, run.read)
    }
    const more =
      run.read < run.last && (run.next.length > 0 || (await load(run, limit - events.length, parts)))
    if (!more) waiting.delete(run)
    const [next] = run.next
    if (next && next.timestamp > run.time) run.time = next.timestamp
    call.signal?.throwIfAborted()
  }
  return { events, cursor: cursorOf(read) }
}

/** How far the runs that are there were read, and which of them have more. */
async function lookAtRuns(before: ReadSoFar, parts: Listing, { signal }: CallOptions) {
  const runs = await parts.catalog.runs({ whole: true, signal })
  const read: ReadSoFar = new Map()
  const waiting = new Set<Waiting>()
  for (const [index, { id }] of runs.entries()) {
    if (index % lookedAtInARow === 0) await otherWork()
    signal?.throwIfAborted()
    const state = await parts.catalog.state(id)
    const creation = state && (await creationOfRun(state, parts))
    if (!state || !creation) continue
    const key = runKey(id, creation)
    const known = before.get(key) ?? 0
    const last = state.head.lastSequence
    if (known > last) throw aheadOf(id)
    if (known > 0) read.set(key, known)
    // Of a run of which nothing was read, no event is earlier than its creation: its log is not opened before it is its turn.
    const time = known === 0 ? state.createdAt : ''
    if (known < last) waiting.add({ id, creation, key, read: known, last, next: [], time })
  }
  return { read, waiting }
}

function earliest(waiting: ReadonlySet<Waiting>): Waiting | undefined {
  let first: Waiting | undefined
  for (const run of waiting) {
    if (!first || run.time < first.time || (run.time === first.time && run.id < first.id)) first = run
  }
  return first
}

/** Reads some of the next events. `false` when there are none to be had: the run was deleted, or is damaged. */
async function load(run: Waiting, wanted: number, { logs }: Listing): Promise<boolean> {
  try {
    run.next = await logs.use(run.id, async (log) => {
      await log.turns.run(async () => {
        await log.refresh()
        // What a loss of power takes back must not have been given out: another event would get its sequence.
        await log.makeDurable('none')
      })
      if ((await creationOf(log)).commit.id !== run.creation) return []
      return await readEvents(log, run.read, Math.max(1, Math.min(wanted, eventsAtOnce)))
    })
  } catch (error) {
    if (!isStoreError(error, 'not_found', 'corrupt')) throw error
    run.next = []
  }
  return run.next.length > 0
}

/** The id of the commit that created a run; `null` where that can't be read. */
async function creationOfRun({ id, creation }: ListedState, { logs }: Listing): Promise<string | null> {
  if (creation !== undefined) return creation
  try {
    return await logs.use(id, async (log) => (await creationOf(log)).commit.id)
  } catch (error) {
    if (isStoreError(error, 'not_found', 'corrupt')) return null
    throw error
  }
}

function aheadOf(id: string): InvalidRecordError {
  return new InvalidRecordError(
    `the cursor was given by a later state of run ${id} than this one, which has been restored; begin anew without one`,
  )
}

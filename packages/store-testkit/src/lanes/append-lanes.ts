import assert from 'node:assert/strict'
import { type Append, type Claim, type IWorkflowStore, isStoreError, type WorkflowEvent } from '@ion/store'
import { allEvents } from '../read-all.ts'
import { nodeCompleted, nodeStarted, runCompleted } from '../sample-events.ts'
import { batch, claimedRun, startedRun, theRun } from '../sample-runs.ts'
import { laneOf } from './lane.ts'

interface AppendArgs {
  id: string
  append: Append
}

/** The whole log, which must be one of 1, 2, 3 … up to where the run's record says. */
export async function wholeLog(store: IWorkflowStore, id: string): Promise<WorkflowEvent[]> {
  const events = await allEvents(store, id)
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, index) => index + 1),
    'the log has a gap',
  )
  assert.equal((await theRun(store, id)).lastSequence, events.length, 'record and log do not agree')
  return events
}

/** Whether an append is in the log, which must have all of it or nothing. */
async function appendLanded(store: IWorkflowStore, { id, append }: AppendArgs): Promise<boolean> {
  const log = await wholeLog(store, id)
  const places = log.filter(({ commitId }) => commitId === append.commitId).map(({ sequence }) => sequence)
  const whole = append.events.map((_, index) => append.expectedSequence + index + 1)
  assert.deepEqual(places, places.length === 0 ? [] : whole, 'a batch is not whole, or was appended twice')
  for (const { ref, bytes } of append.blobs ?? []) {
    const found = await store.readBlob(id, ref).catch((error: unknown) => {
      if (isStoreError(error, 'not_found')) return null
      throw error
    })
    assert.ok(
      places.length === 0 || (found !== null && Buffer.from(found).equals(bytes)),
      'events without the blob that came with them',
    )
  }
  return places.length > 0
}

const blob = (n: number) => ({ ref: `blob/${n}`, bytes: new Uint8Array(20_000).fill(n % 251) })
const three = [nodeStarted('a'), nodeCompleted('a', { output: 'x'.repeat(2_000) }), nodeStarted('b')]

/** Appends to the log. */
export const appendLanes = {
  append: laneOf<{ id: string; claim: Claim }, AppendArgs>({
    what: 'an append',
    begin: (store) => claimedRun(store),
    async prepare(_, { id, claim }, n) {
      return { id, append: batch(1 + (n - 1) * 3, three, { claim, blobs: [blob(n)] }) }
    },
    make: (store, { id, append }) => store.appendEvents(id, append),
    landed: appendLanded,
  }),

  appendToFree: laneOf<string, AppendArgs>({
    what: 'an append to a run that nobody holds',
    begin: (store) => startedRun(store),
    prepare: async (_, id, n) => ({ id, append: batch(1 + (n - 1) * 3, three) }),
    make: (store, { id, append }) => store.appendEvents(id, append),
    landed: appendLanded,
  }),

  end: laneOf<null, AppendArgs>({
    what: 'the end of a run',
    begin: async () => null,
    async prepare(store) {
      const { id, claim } = await claimedRun(store)
      const append = batch(1, [nodeCompleted('a'), runCompleted()], { claim, expectedSignal: 0 })
      return { id, append }
    },
    make: (store, { id, append }) => store.appendEvents(id, append),
    async landed(store, args) {
      const ended = await appendLanded(store, args)
      const { status, claim, finishedAt } = await theRun(store, args.id)
      assert.deepEqual(
        // Whoever held it may be dead by now.
        [status, claim !== null, finishedAt !== null],
        ended ? ['completed', false, true] : ['running', true, false],
        'the end of a run is half written',
      )
      return ended
    },
  }),

  pause: laneOf<null, AppendArgs>({
    what: 'a pause',
    begin: async () => null,
    async prepare(store) {
      const { id, claim } = await claimedRun(store)
      const run = { status: 'paused', wakeAt: '2031-01-01T00:00:00.000Z' } as const
      return { id, append: batch(1, [], { claim, expectedSignal: 0, run }) }
    },
    make: (store, { id, append }) => store.appendEvents(id, append),
    async landed(store, { id, append }) {
      const { status, claim, wakeAt, lastSequence } = await theRun(store, id)
      const paused = status === 'paused'
      assert.deepEqual(
        [status, claim !== null, wakeAt, lastSequence],
        paused ? ['paused', false, append.run?.wakeAt, 1] : ['running', true, null, 1],
        'a pause is half written',
      )
      return paused
    },
  }),
}

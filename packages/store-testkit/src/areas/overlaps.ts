import assert from 'node:assert/strict'
import { type IWorkflowStore, isStoreError } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { longForm } from '../effort.ts'
import { beginLanes, driveLanes } from '../lanes/drive-lanes.ts'
import { LaneRecords } from '../lanes/lane-records.ts'
import { nodeStarted } from '../sample-events.ts'
import { batch, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'

const callsALane = longForm ? 40 : 4

/** Makes calls of every lane by each handle at once; gives what is known of them when all have settled. */
async function driveAll(store: IWorkflowStore, handles: IWorkflowStore[]): Promise<LaneRecords[]> {
  return await Promise.all(
    handles.map(async (handle) => {
      const records = new LaneRecords()
      const tell = async (news: Parameters<LaneRecords['hear']>[0]) => records.hear(news)
      await driveLanes(handle, await beginLanes(store), { calls: callsALane, tell })
      return records
    }),
  )
}

async function outcomeOf(call: Promise<unknown>): Promise<'done' | 'refused'> {
  try {
    await call
    return 'done'
  } catch (error) {
    assert.ok(isStoreError(error, 'unavailable'), `a call in flight came to ${error}`)
    assert.equal(
      'outcome' in error && error.outcome,
      'none',
      'it is not known whether the call had an effect',
    )
    return 'refused'
  }
}

/** Calls of all kinds that overlap, and handles that are closed amid them. */
export const overlaps = casesOf('concurrency', {
  'calls of every kind may overlap on one handle': async ({ store, open }) => {
    const [records] = await driveAll(store, [store])
    await records?.check(await open())
  },

  'calls of every kind may overlap on several handles': async ({ store, open }) => {
    const all = await driveAll(store, [store, await open(), await open()])
    const reader = await open()
    for (const records of all) await records.check(reader)
  },

  'reads that overlap with writes on one handle see what was acknowledged before they began': async ({
    store,
  }) => {
    const id = await startedRun(store)
    for (let last = 1; last <= 20; last++) {
      const writing = store.appendEvents(id, batch(last, [nodeStarted('a')]))
      const reads = [theRun(store, id), theRun(store, id)]
      for (const { lastSequence } of await Promise.all(reads)) {
        assert.ok(lastSequence === last || lastSequence === last + 1, 'a read went back')
      }
      await writing
      const events = await store.getWorkflowEvents(id, { limit: 100 })
      assert.equal(events.length, last + 1, 'an acknowledged event is not read')
    }
  },

  'close settles every call in flight, each with its effect or without any': async ({ store, open }) => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => startedRun(store)))
    const created = newRun()
    const doomed = await startedRun(store)
    const changes = ids.flatMap((id) => [
      { id, call: store.appendEvents(id, batch(1, [nodeStarted('a')])), seen: 'lastSequence' as const },
      { id, call: store.sendSignal(id, newCancel()), seen: 'lastSignal' as const },
      { id, call: store.updateWorkflowRun(id, { priority: 1 }), seen: 'priority' as const },
    ])
    const creating = outcomeOf(store.createWorkflowRun(created))
    const deleting = outcomeOf(store.deleteWorkflowRun(doomed))
    const reading = outcomeOf(store.listWorkflowRuns({}, { limit: 10 }))
    const outcomes = changes.map(({ call }) => outcomeOf(call))
    await Promise.all([store.close(), store.close()])
    const fresh = await open()
    for (const [index, { id, seen }] of changes.entries()) {
      const value = (await theRun(fresh, id))[seen]
      const before = seen === 'lastSequence' ? 1 : 0
      assert.equal(value, (await outcomes[index]) === 'done' ? before + 1 : before, `${seen} after close`)
    }
    assert.equal((await creating) === 'done', (await fresh.getWorkflowRun(created.id)) !== null)
    assert.equal((await deleting) === 'done', (await fresh.getWorkflowRun(doomed)) === null)
    await reading
  },

  'calls that come while a handle is closing are refused as unavailable, without effect': async ({
    store,
    open,
  }) => {
    const id = await startedRun(store)
    const inFlight = outcomeOf(store.appendEvents(id, batch(1, [nodeStarted('a')])))
    const closing = store.close()
    const late = [
      store.sendSignal(id, newCancel()),
      store.createWorkflowRun(newRun()),
      store.updateWorkflowRun(id, { priority: 5 }),
      store.getWorkflowRun(id),
    ]
    const outcomes = await Promise.all(late.map(outcomeOf))
    assert.deepEqual(new Set(outcomes), new Set(['refused']), 'a call was taken after close')
    await closing
    const run = await theRun(await open(), id)
    const sequence = (await inFlight) === 'done' ? 2 : 1
    assert.deepEqual([run.lastSequence, run.lastSignal, run.priority], [sequence, 0, 0])
  },
})

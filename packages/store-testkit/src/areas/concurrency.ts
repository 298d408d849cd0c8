import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { currentOwner } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeCompleted, nodeStarted, runStarted } from '../sample-events.ts'
import {
  batch,
  claimBatch,
  claimedRun,
  longTtl,
  newCancel,
  newRun,
  startedRun,
  theRun,
} from '../sample-runs.ts'
import { taken } from '../settled.ts'
import { assertLog } from '../store-assertions.ts'

const rounds = 8

/** Calls that overlap, on one handle and on several. */
export const concurrency = casesOf('concurrency', {
  'of appends that know the same sequence exactly one lands': async ({ store, open }) => {
    const id = await startedRun(store)
    const handles = [store, await open(), store, await open()]
    for (let round = 1; round <= rounds; round++) {
      const landed = await taken(
        handles.map((handle) => handle.appendEvents(id, batch(round, [nodeStarted('a')]))),
        'conflict',
      )
      assert.equal(landed.length, 1, `${landed.length} appends landed at one sequence`)
      assert.equal((await theRun(store, id)).lastSequence, round + 1)
    }
  },

  'events that overlap all land, one after the other': async ({ store, open }) => {
    const id = await startedRun(store)
    const handles = [store, await open()]
    const nodes = Array.from({ length: 10 }, (_, index) => `n${index}`)
    const created = await Promise.all(
      nodes.map((node, index) => (handles[index % 2] ?? store).createWorkflowEvent(id, nodeStarted(node))),
    )
    const stored = await store.getWorkflowEvents(id, { after: 1, limit: 100 })
    assert.deepEqual(
      stored.map(({ sequence }) => sequence),
      nodes.map((_, index) => index + 2),
    )
    for (const event of created) assert.deepEqual(stored[event.sequence - 2], event)
  },

  'appends to different runs do not get in each other’s way': async ({ store, open }) => {
    const handles = [store, await open()]
    const ids = await Promise.all(Array.from({ length: 8 }, () => startedRun(store)))
    const appends = ids.map((id, index) =>
      (handles[index % 2] ?? store).appendEvents(id, batch(1, [nodeStarted('a'), nodeCompleted('a')])),
    )
    await Promise.all(appends)
    for (const id of ids) await assertLog(store, id, ['workflow_started', 'node_started', 'node_completed'])
  },

  'of claims that overlap exactly one is granted': async ({ store, open }) => {
    const handles = [store, await open(), store, await open()]
    for (let round = 0; round < rounds; round++) {
      const { id } = await store.createWorkflowRun(newRun())
      const claims = await Promise.all(
        handles.map((handle) => handle.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0))),
      )
      assert.equal(claims.filter((claim) => claim !== null).length, 1)
      await assertLog(store, id, ['workflow_started'])
    }
  },

  'a claim and an append without one that overlap do not both land': async ({ store, open }) => {
    const other = await open()
    for (let round = 0; round < rounds; round++) {
      const { id } = await store.createWorkflowRun(newRun())
      const claiming = store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0))
      const appending = other.appendEvents(id, batch(0, [runStarted()]))
      const landed = await taken<unknown>([claiming, appending], 'conflict', 'lease_lost')
      assert.equal(landed.length, 1)
      await assertLog(store, id, ['workflow_started'])
    }
  },

  'a signal is never missed: it is seen by the end of a run, or it comes after': async ({ store, open }) => {
    const sender = await open()
    for (let round = 0; round < rounds; round++) {
      const { id, claim } = await claimedRun(store)
      const release = batch(1, [], { claim, release: true, expectedSignal: 0 })
      const send = () => sender.sendSignal(id, newCancel())
      const early = round % 2 === 0 ? send() : undefined
      const releasing = taken([store.appendEvents(id, release)], 'conflict')
      await (early ?? send())
      const [released] = await releasing
      const run = await theRun(sender, id)
      assert.equal(run.lastSignal, 1)
      assert.equal(run.claim === null, released !== undefined)
      if (released) assert.equal(released.lastSignal, 0, 'a release went by a signal that it had not seen')
    }
  },

  'signals that overlap are all kept, each with its own number': async ({ store, open }) => {
    const id = await startedRun(store)
    const handles = [store, await open()]
    const sent = await Promise.all(
      Array.from({ length: 12 }, (_, index) => (handles[index % 2] ?? store).sendSignal(id, newCancel())),
    )
    const stored = await store.getSignals(id, { limit: 100 })
    assert.deepEqual(
      stored.map(({ sequence }) => sequence),
      sent.map((_, index) => index + 1),
    )
    for (const signal of sent) assert.deepEqual(stored[signal.sequence - 1], signal)
  },

  'one signal sent several times at once counts once': async ({ store, open }) => {
    const id = await startedRun(store)
    const other = await open()
    const signal = newCancel()
    const [first, ...again] = await Promise.all(
      [store, other, store, other].map((handle) => handle.sendSignal(id, signal)),
    )
    for (const sent of again) assert.deepEqual(sent, first)
    assert.equal((await store.getSignals(id, { limit: 10 })).length, 1)
  },

  'a run created several times at once is one run': async ({ store, open }) => {
    const other = await open()
    for (let round = 0; round < rounds; round++) {
      const run = newRun({ idempotencyKey: `key ${round}` })
      const ids = [run.id, run.id, newRun().id, newRun().id]
      const created = await Promise.all(
        ids.map((id, index) => (index % 2 === 0 ? store : other).createWorkflowRun({ ...run, id })),
      )
      assert.equal(new Set(created.map(({ id }) => id)).size, 1, 'one idempotency key has several runs')
      const { items } = await store.listWorkflowRuns({}, { limit: 100 })
      assert.equal(items.length, round + 1)
    }
  },

  'of runs of one id with different content that overlap exactly one is created': async ({ store, open }) => {
    const other = await open()
    for (let round = 0; round < rounds; round++) {
      const run = newRun()
      const calls = [store, other].map((handle, index) =>
        handle.createWorkflowRun({ ...run, userMessage: `${index}` }),
      )
      const [created, ...more] = await taken(calls, 'already_exists')
      assert.equal(more.length, 0)
      assert.deepEqual(await store.getWorkflowRun(run.id), created)
    }
  },

  'who reads while others write sees whole batches and no gaps': async ({ store, open }) => {
    const id = await startedRun(store)
    const reader = await open()
    let writing = true
    const reading = (async () => {
      let seen = 0
      while (writing) {
        // A store whose calls never wait would leave the writer no turn.
        await nextTurn()
        const run = await theRun(reader, id)
        const events = await reader.getWorkflowEvents(id, { limit: 1_000 })
        assert.deepEqual(
          events.map(({ sequence }) => sequence),
          events.map((_, index) => index + 1),
        )
        assert.equal(events.length % 3, 1, 'a part of a batch was seen')
        assert.ok(events.length >= run.lastSequence && run.lastSequence >= seen, 'what was there is gone')
        seen = run.lastSequence
      }
    })()
    // Awaited below: until then a failure is no unhandled one.
    reading.catch(() => {})
    try {
      for (let batches = 0; batches < 15; batches++) {
        const three = [nodeStarted('a'), nodeCompleted('a'), nodeStarted('b')]
        await store.appendEvents(id, batch(1 + batches * 3, three))
      }
    } finally {
      writing = false
    }
    await reading
  },

  'an append and a deletion that overlap leave no half of a run': async ({ store, open }) => {
    const other = await open()
    for (let round = 0; round < rounds; round++) {
      const id = await startedRun(store)
      const appending = other.appendEvents(id, batch(1, [nodeStarted('a')]))
      await taken<unknown>([store.deleteWorkflowRun(id), appending], 'not_found')
      assert.equal(await store.getWorkflowRun(id), null)
      assert.equal(await other.getWorkflowRun(id), null)
    }
  },
})

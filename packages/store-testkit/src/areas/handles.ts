import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type CallOptions, type Claim, currentOwner, type IWorkflowStore, isStoreError } from '@ion/store'
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
import { everythingOf } from '../store-assertions.ts'

type Call = (options?: CallOptions) => Promise<unknown>

/** Every call of the contract, good to be made on a run that its caller holds. */
function everyCall(store: IWorkflowStore, id: string, claim: Claim): { [name: string]: Call } {
  return {
    createWorkflowRun: (options) => store.createWorkflowRun(newRun(), options),
    getWorkflowRun: (options) => store.getWorkflowRun(id, options),
    updateWorkflowRun: (options) => store.updateWorkflowRun(id, { priority: 7 }, options),
    listWorkflowRuns: (options) => store.listWorkflowRuns({}, { limit: 1 }, options),
    deleteWorkflowRun: (options) => store.deleteWorkflowRun(id, options),
    appendEvents: (options) => store.appendEvents(id, batch(1, [nodeStarted('a')], { claim }), options),
    getWorkflowEvents: (options) => store.getWorkflowEvents(id, { limit: 1 }, options),
    readBlob: (options) => store.readBlob(id, 'blob', options),
    claimWorkflowRun: (options) =>
      store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(1), options),
    renewClaim: (options) => store.renewClaim(id, claim, longTtl * 2, options),
    sendSignal: (options) => store.sendSignal(id, newCancel(), options),
    getSignals: (options) => store.getSignals(id, { limit: 1 }, options),
    createWorkflowEvent: (options) => store.createWorkflowEvent(id, nodeStarted('a'), { ...options, claim }),
    failWorkflowRun: (options) =>
      store.failWorkflowRun(id, { code: 'x', message: 'x' }, { ...options, claim }),
    getCompletedDagNodeOutputs: (options) => store.getCompletedDagNodeOutputs(id, options),
  }
}

/** Handles on a store: what they share, what they give out, how they end. */
export const handles = casesOf('handles', {
  'a store has the abilities it was declared with': async ({ store, subject }) => {
    assert.deepEqual({ ...store.abilities }, subject.abilities)
  },

  'what one handle has written every other one reads at once': async ({ store, open }) => {
    const other = await open()
    const id = randomUUID()
    assert.equal(await other.getWorkflowRun(id), null)
    await store.createWorkflowRun(newRun({ id }))
    assert.equal((await theRun(other, id)).status, 'pending')
    for (const [writer, reader] of [
      [store, other],
      [other, store],
      [store, other],
    ] as const) {
      const { lastSequence } = await theRun(writer, id)
      await writer.appendEvents(id, batch(lastSequence, [runStarted()]))
      await writer.sendSignal(id, newCancel())
      await writer.updateWorkflowRun(id, { metadata: { lastSequence } })
      const seen = await everythingOf(reader, id)
      assert.deepEqual(seen, await everythingOf(writer, id))
      const counts = [seen?.run.lastSequence, seen?.events.length, seen?.run.lastSignal, seen?.signals.length]
      assert.deepEqual(counts, Array(4).fill(lastSequence + 1), 'what was written is not all read')
    }
  },

  'what was written is there after every handle was closed and another is opened': async ({
    store,
    open,
  }) => {
    const { id, claim } = await claimedRun(store)
    const blobs = [{ ref: 'blob', bytes: new Uint8Array([1, 2, 3]) }]
    const append = batch(1, [nodeCompleted('a', { output: 'x' })], { claim, blobs })
    const first = await store.appendEvents(id, append)
    await store.sendSignal(id, newCancel())
    await store.updateWorkflowRun(id, { metadata: { a: 1 } })
    const before = await everythingOf(store, id)
    await store.close()
    const fresh = await open()
    assert.deepEqual(await everythingOf(fresh, id), before)
    assert.deepEqual([...(await fresh.readBlob(id, 'blob'))], [1, 2, 3])
    assert.deepEqual(await fresh.appendEvents(id, append), first)
    await fresh.appendEvents(id, batch(2, [nodeStarted('b')], { claim }))
  },

  'what a store gives out are copies': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun({ metadata: { list: [1] } }))
    await store.appendEvents(
      id,
      batch(0, [runStarted({ list: [1] })], { blobs: [{ ref: 'blob', bytes: new Uint8Array([1]) }] }),
    )
    await store.sendSignal(id, newCancel({ payload: { list: [1] } }))
    const before = JSON.stringify(await everythingOf(store, id))
    const given = [
      await everythingOf(store, id),
      await store.updateWorkflowRun(id, {}),
      await store.listWorkflowRuns({}, { limit: 1 }),
    ]
    for (const value of given) scribble(value)
    ;(await store.readBlob(id, 'blob')).fill(9)
    assert.equal(JSON.stringify(await everythingOf(store, id)), before)
    assert.deepEqual([...(await store.readBlob(id, 'blob'))], [1])
  },

  'what a store was handed is its own from then on': async ({ store }) => {
    const run = newRun({ metadata: { list: [1] }, inputs: { list: [1] } })
    const owner = currentOwner()
    const append = claimBatch(0, [runStarted({ list: [1] })])
    const blobs = [{ ref: 'blob', bytes: new Uint8Array([1]) }]
    const signal = newCancel({ payload: { list: [1] } })
    const patch = { metadata: { more: [1] } }
    await store.createWorkflowRun(run)
    await store.claimWorkflowRun(run.id, owner, longTtl, { ...append, blobs })
    await store.sendSignal(run.id, signal)
    await store.updateWorkflowRun(run.id, patch)
    const { id } = run
    const before = JSON.stringify(await everythingOf(store, id))
    for (const value of [run, owner, append, signal, patch]) scribble(value)
    for (const { bytes } of blobs) bytes.fill(9)
    assert.equal(JSON.stringify(await everythingOf(store, id)), before)
    assert.deepEqual([...(await store.readBlob(id, 'blob'))], [1])
  },

  'a call that was given up before it began rejects with the reason, and has no effect': async ({
    store,
  }) => {
    const { id, claim } = await claimedRun(store)
    const before = await everythingOf(store, id)
    const reason = new Error('given up')
    for (const [name, call] of Object.entries(everyCall(store, id, claim))) {
      await assert.rejects(call({ signal: AbortSignal.abort(reason) }), reason, `${name} went on`)
    }
    assert.deepEqual(await everythingOf(store, id), before)
    assert.equal((await store.listWorkflowRuns({}, { limit: 10 })).items.length, 1)
  },

  'a call that is given up on its way settles, and has its whole effect or none': async ({ store }) => {
    const id = await startedRun(store)
    for (let round = 0; round < 5; round++) {
      const { lastSequence } = await theRun(store, id)
      const controller = new AbortController()
      const append = batch(lastSequence, [nodeStarted('a'), nodeCompleted('a')])
      const appending = store.appendEvents(id, append, { signal: controller.signal }).then(
        () => 'landed',
        () => 'given up',
      )
      controller.abort(new Error('given up'))
      const outcome = await appending
      // Repeating the append settles what became of it.
      assert.equal((await store.appendEvents(id, append)).lastSequence, lastSequence + 2, outcome)
      assert.equal((await theRun(store, id)).lastSequence, lastSequence + 2, outcome)
    }
  },

  'a closed handle refuses every call as unavailable, without effect': async ({ store, open }) => {
    const { id, claim } = await claimedRun(store)
    const before = await everythingOf(store, id)
    await store.close()
    await store.close()
    for (const [name, call] of Object.entries(everyCall(store, id, claim))) {
      const error = await call().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.ok(isStoreError(error, 'unavailable'), `${name} after close came to ${error}`)
      assert.equal('outcome' in error && error.outcome, 'none', `${name} is not known to have had no effect`)
    }
    assert.deepEqual(await everythingOf(await open(), id), before)
  },

  'close waits for what is in flight': async ({ store, open }) => {
    const ids = await Promise.all(Array.from({ length: 4 }, () => startedRun(store)))
    const inFlight = ids.flatMap((id) => [
      store.appendEvents(id, batch(1, [nodeStarted('a')])),
      store.sendSignal(id, newCancel()),
    ])
    let settled = 0
    const counted = Promise.allSettled(inFlight.map((call) => call.finally(() => settled++)))
    await store.close()
    assert.equal(settled, inFlight.length, 'close came before what was in flight')
    for (const outcome of await counted) if (outcome.status === 'rejected') throw outcome.reason
    const fresh = await open()
    for (const id of ids) {
      const run = await theRun(fresh, id)
      assert.deepEqual([run.lastSequence, run.lastSignal], [2, 1])
    }
  },

  'closing one handle leaves the others open': async ({ store, open }) => {
    const id = await startedRun(store)
    const other = await open()
    await store.close()
    assert.equal((await other.createWorkflowEvent(id, nodeStarted('a'))).sequence, 2)
  },
})

/** Spoils everything in a value that can be spoiled. */
function scribble(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return
  for (const member of Object.values(value)) scribble(member)
  if (Array.isArray(value)) value.push('scribbled')
  else for (const key of Object.keys(value)) Reflect.set(value, key, 'scribbled')
}

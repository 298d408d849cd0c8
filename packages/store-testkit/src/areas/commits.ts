import assert from 'node:assert/strict'
import { type Append, currentOwner, isStoreError } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeCompleted, nodeStarted, runCompleted, runStarted } from '../sample-events.ts'
import {
  batch,
  claimBatch,
  claimedRun,
  foreignOwner,
  granted,
  longTtl,
  newRun,
  startedRun,
  theRun,
} from '../sample-runs.ts'
import { assertLog, assertRefused, assertRefusedWithoutEffect, everythingOf } from '../store-assertions.ts'

const otherContent: { [what: string]: Partial<Append> } = {
  'other events': { events: [nodeStarted('b')] },
  'another payload': { events: [nodeStarted('a', { attempt: 2 })] },
  'more events': { events: [nodeStarted('a'), nodeStarted('b')] },
  'no events': { events: [] },
  'a blob of the same name with other bytes': { blobs: [{ ref: 'blob', bytes: new Uint8Array([2]) }] },
  'no blob': { blobs: [] },
  'another change of the run': { run: { wakeAt: '2032-01-01T00:00:00.000Z' } },
}

/** Commit ids: the same append again has one effect. */
export const commits = casesOf('commits', {
  'the same append again gives the first result and has no second effect': async ({ store, open }) => {
    const id = await startedRun(store)
    const append = batch(1, [nodeStarted('a')], { blobs: [{ ref: 'blob', bytes: new Uint8Array([1]) }] })
    const first = await store.appendEvents(id, append)
    const before = await everythingOf(store, id)
    for (const handle of [store, await open()]) {
      assert.deepEqual(await handle.appendEvents(id, append), first)
      assert.deepEqual(await everythingOf(handle, id), before)
    }
  },

  'the same append again gives the first result after others have landed': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const start = batch(0, [runStarted()])
    const first = await store.appendEvents(id, start)
    await store.createWorkflowEvent(id, nodeStarted('a'))
    await store.sendSignal(id, { id: 'stop', kind: 'cancel' })
    await store.createWorkflowEvent(id, runCompleted())
    assert.deepEqual(await store.appendEvents(id, start), first)
    await assertLog(store, id, ['workflow_started', 'node_started', 'workflow_completed'])
    assert.equal((await theRun(store, id)).status, 'completed')
  },

  'the same commit id with other content is refused as conflict': async ({ store }) => {
    const id = await startedRun(store)
    const blobs = [{ ref: 'blob', bytes: new Uint8Array([1]) }]
    const append = batch(1, [nodeStarted('a')], { blobs, run: { wakeAt: null } })
    await store.appendEvents(id, append)
    for (const [what, change] of Object.entries(otherContent)) {
      const other = { ...append, ...change }
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, other), 'conflict', what)
    }
    assert.deepEqual([...(await store.readBlob(id, 'blob'))], [1])
  },

  'an append that was refused has not used up its commit id': async ({ store }) => {
    const id = await startedRun(store)
    const append = batch(7, [nodeStarted('a')])
    await assertRefused(store.appendEvents(id, append), 'conflict')
    const landed = await store.appendEvents(id, { ...append, expectedSequence: 1 })
    assert.equal(landed.lastSequence, 2)
  },

  'an append can be repeated under a claim that was renewed meanwhile': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const append = batch(1, [nodeStarted('a')], { claim })
    const first = await store.appendEvents(id, append)
    const renewed = await store.renewClaim(id, claim, longTtl * 2)
    assert.deepEqual(await store.appendEvents(id, { ...append, claim: renewed }), first)
    assert.equal((await theRun(store, id)).lastSequence, 2)
  },

  'an append can be repeated after its claim was given back and taken by another': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const append = batch(1, [nodeStarted('a')], { claim })
    const first = await store.appendEvents(id, append)
    await store.appendEvents(id, batch(2, [], { claim, release: true, expectedSignal: 0 }))
    await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(2)))
    assert.deepEqual(await store.appendEvents(id, append), first)
    assert.equal((await theRun(store, id)).lastSequence, 3)
  },

  'a release again gives the first result, and takes no claim from anybody else': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const release = batch(1, [nodeStarted('a')], { claim, release: true, expectedSignal: 0 })
    const first = await store.appendEvents(id, release)
    assert.deepEqual(await store.appendEvents(id, release), first)
    assert.equal((await theRun(store, id)).claim, null)
    await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(2)))
    assert.deepEqual(await store.appendEvents(id, release), first)
    assert.equal((await theRun(store, id)).claim?.state, 'live')
  },

  'a pause again gives the first result, also when the run has gone on since': async ({ store }) => {
    const id = await startedRun(store)
    const pause = batch(1, [], { expectedSignal: 0, run: { status: 'paused' } })
    const first = await store.appendEvents(id, pause)
    assert.deepEqual(await store.appendEvents(id, pause), first)
    await store.createWorkflowEvent(id, runStarted({ resumed: true }))
    assert.deepEqual(await store.appendEvents(id, pause), first)
    assert.equal((await theRun(store, id)).status, 'running')
  },

  'a claim again gives the first grant while it lasts, renewed or not': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const [owner, append] = [currentOwner(), claimBatch(0)]
    const first = await granted(store.claimWorkflowRun(id, owner, longTtl, append))
    assert.deepEqual(await store.claimWorkflowRun(id, owner, longTtl, append), first)
    await store.renewClaim(id, first.claim, longTtl * 2)
    await store.appendEvents(id, batch(1, [nodeStarted('a')], { claim: first.claim }))
    const again = await granted(store.claimWorkflowRun(id, owner, longTtl, append))
    assert.deepEqual([again.claim.token, again.claim.number], [first.claim.token, first.claim.number])
    assert.equal(again.lastSequence, 1)
    assert.equal((await theRun(store, id)).lastSequence, 2)
  },

  'a claim again grants nothing anew once its grant has ended': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const [owner, append] = [currentOwner(), claimBatch(0)]
    const { claim } = await granted(store.claimWorkflowRun(id, owner, longTtl, append))
    await store.appendEvents(id, batch(1, [], { claim, release: true, expectedSignal: 0 }))
    await granted(store.claimWorkflowRun(id, foreignOwner(), longTtl, claimBatch(1)))
    const before = await everythingOf(store, id)
    const again = await store.claimWorkflowRun(id, owner, longTtl, append).catch((error: unknown) => {
      if (isStoreError(error, 'lease_lost')) return null
      throw error
    })
    assert.equal(again, null, 'a grant that has ended was given out again')
    assert.deepEqual(await everythingOf(store, id), before)
  },

  'a claim with the commit id of another append is refused as conflict': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const append = batch(0, [runStarted()])
    await store.appendEvents(id, append)
    const claim = { ...claimBatch(1), commitId: append.commitId }
    const claiming = () => store.claimWorkflowRun(id, currentOwner(), longTtl, claim)
    await assertRefusedWithoutEffect(store, id, claiming, 'conflict')
  },

  'the same append sent twice at once lands once, and both get its result': async ({ store, open }) => {
    const id = await startedRun(store)
    const handles = [store, await open()]
    for (let round = 0; round < 5; round++) {
      const { lastSequence } = await theRun(store, id)
      const append = batch(lastSequence, [nodeStarted('a'), nodeCompleted('a')])
      const sent = [...handles, ...handles].map((handle) => handle.appendEvents(id, append))
      const [first, ...others] = await Promise.all(sent)
      for (const other of others) assert.deepEqual(other, first)
      assert.equal((await theRun(store, id)).lastSequence, lastSequence + 2)
    }
  },
})

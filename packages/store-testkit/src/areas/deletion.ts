import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { currentOwner, isStoreError } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeStarted, runStarted } from '../sample-events.ts'
import {
  batch,
  claimBatch,
  claimedRun,
  deadOwner,
  granted,
  longTtl,
  newCancel,
  newRun,
  startedRun,
  theRun,
} from '../sample-runs.ts'
import { assertRefused, assertRefusedWithoutEffect, untilClaim } from '../store-assertions.ts'

/** Taking runs away. */
export const deletion = casesOf('deletion', {
  'a deleted run is gone, with its events, signals, blobs and place in the list': async ({ store, open }) => {
    const kept = await startedRun(store)
    const id = await startedRun(store)
    await store.sendSignal(id, newCancel())
    await store.appendEvents(id, batch(1, [], { blobs: [{ ref: 'big', bytes: new Uint8Array(9) }] }))
    await store.deleteWorkflowRun(id)
    for (const handle of [store, await open()]) {
      assert.equal(await handle.getWorkflowRun(id), null)
      await assertRefused(handle.getWorkflowEvents(id, { limit: 1 }), 'not_found')
      await assertRefused(handle.getSignals(id, { limit: 1 }), 'not_found')
      await assertRefused(handle.readBlob(id, 'big'), 'not_found')
      const { items } = await handle.listWorkflowRuns({}, { limit: 10 })
      assert.deepEqual(
        items.map((run) => run.id),
        [kept],
      )
    }
  },

  'whatever comes late to a deleted run is refused as not_found': async ({ store, open }) => {
    const { id, claim } = await claimedRun(store)
    const late = await open()
    await late.getWorkflowEvents(id, { limit: 1 })
    await store.appendEvents(id, batch(1, [], { claim, release: true, expectedSignal: 0 }))
    await store.deleteWorkflowRun(id)
    await assertRefused(late.appendEvents(id, batch(1, [nodeStarted('a')])), 'not_found')
    await assertRefused(late.appendEvents(id, batch(1, [nodeStarted('a')], { claim })), 'not_found')
    await assertRefused(late.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(1)), 'not_found')
    await assertRefused(late.renewClaim(id, claim, longTtl), 'not_found')
    await assertRefused(late.sendSignal(id, newCancel()), 'not_found')
    await assertRefused(late.updateWorkflowRun(id, { priority: 1 }), 'not_found')
    assert.equal(await store.getWorkflowRun(id), null, 'a late call brought the run back')
  },

  'deleting what is not there does nothing': async ({ store }) => {
    const id = await startedRun(store)
    await store.deleteWorkflowRun(randomUUID())
    await store.deleteWorkflowRun(id)
    await store.deleteWorkflowRun(id)
    assert.equal(await store.getWorkflowRun(id), null)
  },

  'a run that somebody alive holds is not deleted': async ({ store }) => {
    const { id } = await claimedRun(store)
    await assertRefusedWithoutEffect(store, id, () => store.deleteWorkflowRun(id), 'lease_lost')
  },

  'a run whose holder has outlived its lease can be deleted': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    await granted(store.claimWorkflowRun(id, currentOwner(), 1, claimBatch(0)))
    await untilClaim(store, id, 'expired')
    await store.deleteWorkflowRun(id)
    assert.equal(await store.getWorkflowRun(id), null)
  },

  'a run is deleted only where its log ends as expected, if anything is': async ({ store, open }) => {
    const id = await startedRun(store)
    const other = await open()
    for (const expectedSequence of [0, 2]) {
      const deleting = () => other.deleteWorkflowRun(id, { expectedSequence })
      await assertRefusedWithoutEffect(store, id, deleting, 'conflict', `sequence ${expectedSequence}`)
    }
    await store.appendEvents(id, batch(1, [nodeStarted('a')]))
    await assertRefused(other.deleteWorkflowRun(id, { expectedSequence: 1 }), 'conflict')
    await other.deleteWorkflowRun(id, { expectedSequence: 2 })
    assert.equal(await store.getWorkflowRun(id), null)
    await store.deleteWorkflowRun(id, { expectedSequence: 7 })
    const { id: empty } = await store.createWorkflowRun(newRun())
    await store.deleteWorkflowRun(empty, { expectedSequence: 0 })
    assert.equal(await store.getWorkflowRun(empty), null)
  },

  'who expects the end of a run that is held is told that it is held': async ({ store }) => {
    const { id } = await claimedRun(store)
    for (const expectedSequence of [0, 1]) {
      const deleting = () => store.deleteWorkflowRun(id, { expectedSequence })
      await assertRefusedWithoutEffect(store, id, deleting, 'lease_lost')
    }
  },

  'of an append and a deletion that expects the end before it one lands': async ({ store, open }) => {
    const other = await open()
    for (let round = 0; round < 12; round++) {
      const id = await startedRun(store, { idempotencyKey: `key ${round}` })
      const [appending, deleting] = await Promise.allSettled([
        store.appendEvents(id, batch(1, [nodeStarted('a')])),
        other.deleteWorkflowRun(id, { expectedSequence: 1 }),
      ])
      const run = await store.getWorkflowRun(id)
      const landed = [appending.status, deleting.status, run?.lastSequence]
      const first =
        appending.status === 'fulfilled' ? ['fulfilled', 'rejected', 2] : ['rejected', 'fulfilled', undefined]
      assert.deepEqual(landed, first)
      const again = await store
        .createWorkflowRun(newRun({ idempotencyKey: `key ${round}`, userMessage: 'anew' }))
        .catch(codeOf)
      assert.equal(
        again === 'already_exists',
        run !== null,
        'the idempotency key went otherwise than the run',
      )
    }
  },

  'an expected sequence that can be none is refused as invalid_record': async ({ store }) => {
    const id = await startedRun(store)
    for (const expectedSequence of [-1, 0.5, Number.NaN]) {
      const deleting = () => store.deleteWorkflowRun(id, { expectedSequence })
      await assertRefusedWithoutEffect(store, id, deleting, 'invalid_record', `${expectedSequence}`)
    }
  },

  'a run made anew under a deleted id has nothing of the old one': async ({ store }) => {
    const created = newRun()
    await store.createWorkflowRun(created)
    const append = batch(0, [runStarted()], { blobs: [{ ref: 'old', bytes: new Uint8Array(1) }] })
    await store.appendEvents(created.id, append)
    await store.sendSignal(created.id, newCancel({ id: 'stop' }))
    await store.deleteWorkflowRun(created.id)
    const { id } = await store.createWorkflowRun({ ...created, userMessage: 'anew' })
    const run = await theRun(store, id)
    assert.deepEqual(
      [run.status, run.userMessage, run.lastSequence, run.lastSignal, run.claim],
      ['pending', 'anew', 0, 0, null],
    )
    await assertRefused(store.readBlob(id, 'old'), 'not_found')
    assert.equal((await store.sendSignal(id, newCancel({ id: 'stop', by: 'another' }))).sequence, 1)
    assert.equal((await store.appendEvents(id, { ...append, events: [runStarted()] })).lastSequence, 1)
    assert.equal(
      (await store.getWorkflowEvents(id, { limit: 10 })).length,
      1,
      'an old commit id still counts',
    )
  },

  'a run that another handle has deleted, or made anew, is so for every handle': async ({ store, open }) => {
    const [other, id] = [await open(), 'again']
    for (let round = 0; round < 12; round++) {
      const [maker, witness] = round % 2 === 0 ? [store, other] : [other, store]
      await maker.createWorkflowRun(newRun({ id, userMessage: `${round}` }))
      assert.equal((await theRun(witness, id)).userMessage, `${round}`)
      await witness.appendEvents(id, batch(0, [runStarted()]))
      assert.equal((await theRun(maker, id)).lastSequence, 1)
      await maker.deleteWorkflowRun(id)
      if (round % 3 === 0) assert.equal(await witness.getWorkflowRun(id), null)
      if (round % 3 === 1) await assertRefused(witness.appendEvents(id, batch(1, [])), 'not_found')
    }
  },

  'calls that overlap all see the run that another handle has made anew': async ({ store, open }) => {
    const [other, id] = [await open(), 'anew']
    await store.createWorkflowRun(newRun({ id, userMessage: 'old' }))
    await other.appendEvents(id, batch(0, [runStarted()]))
    await store.deleteWorkflowRun(id)
    await store.createWorkflowRun(newRun({ id, userMessage: 'new' }))
    const looks = await Promise.all(Array.from({ length: 8 }, () => other.getWorkflowRun(id)))
    for (const look of looks) assert.equal(look?.userMessage, 'new')
  },

  'the commit of a holder that died is not repeated into the run made anew': async ({ store, open }) => {
    const [other, id] = [await open(), 'died']
    await store.createWorkflowRun(newRun({ id }))
    const { claim } = await granted(store.claimWorkflowRun(id, deadOwner(), longTtl, claimBatch(0)))
    const sent = batch(1, [nodeStarted('a')], { claim })
    await other.appendEvents(id, sent)
    await store.deleteWorkflowRun(id)
    await store.createWorkflowRun(newRun({ id }))
    await assertRefused(other.appendEvents(id, sent), 'lease_lost')
  },

  'the claim of a deleted run is worth nothing to the run made anew under its id': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    await store.appendEvents(id, batch(1, [], { claim, release: true, expectedSignal: 0 }))
    await store.deleteWorkflowRun(id)
    await store.createWorkflowRun(newRun({ id }))
    await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0)))
    await assertRefused(store.appendEvents(id, batch(1, [nodeStarted('a')], { claim })), 'lease_lost')
  },

  'the idempotency key of a deleted run is free': async ({ store }) => {
    const idempotencyKey = `key ${randomUUID()}`
    const { id } = await store.createWorkflowRun(newRun({ idempotencyKey }))
    await store.deleteWorkflowRun(id)
    const other = newRun({ idempotencyKey, userMessage: 'other' })
    assert.equal((await store.createWorkflowRun(other)).id, other.id)
  },
})

function codeOf(error: unknown): unknown {
  return isStoreError(error) ? error.code : error
}

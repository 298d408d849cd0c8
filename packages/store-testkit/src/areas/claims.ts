import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type Claim, currentOwner, type IWorkflowStore } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeFailed, nodeStarted, resumed, runCompleted, runStarted } from '../sample-events.ts'
import {
  batch,
  claimBatch,
  claimedRun,
  deadOwner,
  foreignOwner,
  granted,
  longTtl,
  newRun,
  startedRun,
  theRun,
} from '../sample-runs.ts'
import {
  assertLog,
  assertRefused,
  assertRefusedWithoutEffect,
  assertTime,
  everythingOf,
  untilClaim,
} from '../store-assertions.ts'

/** A run whose owner has outlived its lease; nobody has taken over. */
async function expiredRun(store: IWorkflowStore): Promise<{ id: string; claim: Claim }> {
  const { id, claim } = await claimedRun(store)
  const short = await store.renewClaim(id, claim, 1)
  await untilClaim(store, id, 'expired')
  // A stale copy that promises more must not count: the store's own expiry does.
  return { id, claim: { ...short, expiresAt: claim.expiresAt } }
}

/** Who may append, and for how long. */
export const claims = casesOf('claims', {
  'a claim is granted together with its append': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const owner = currentOwner()
    const append = claimBatch(0, [runStarted(), nodeStarted('a')])
    const claimed = await granted(store.claimWorkflowRun(id, owner, longTtl, append))
    assertTime(claimed.claim.expiresAt)
    const lasts = Date.parse(claimed.claim.expiresAt) - Date.parse(claimed.timestamp)
    assert.ok(Math.abs(lasts - longTtl) < 60_000, `a lease of ${longTtl} ms was granted for ${lasts}`)
    assert.deepEqual([claimed.lastSequence, claimed.lastSignal, claimed.claim.number], [2, 0, 1])
    const run = await theRun(store, id)
    const { expiresAt } = claimed.claim
    assert.deepEqual(run.claim, { owner, number: 1, expiresAt, state: 'live' })
    assert.deepEqual([run.status, run.startedAt], ['running', claimed.timestamp])
    const events = await store.getWorkflowEvents(id, { limit: 10 })
    assert.deepEqual(new Set(events.map(({ commitId }) => commitId)), new Set([append.commitId]))
  },

  'a run that somebody alive holds is granted to nobody, and the append has no effect': async ({ store }) => {
    for (const owner of [currentOwner(), foreignOwner()]) {
      const { id } = await store.createWorkflowRun(newRun())
      await granted(store.claimWorkflowRun(id, owner, longTtl, claimBatch(0)))
      const before = await everythingOf(store, id)
      for (const other of [owner, currentOwner(), foreignOwner()]) {
        assert.equal(await store.claimWorkflowRun(id, other, longTtl, claimBatch(1)), null)
      }
      assert.deepEqual(await everythingOf(store, id), before)
    }
  },

  'a run that is held takes appends with its claim and no others': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const others: (Claim | undefined)[] = [
      undefined,
      { ...claim, token: randomUUID() },
      { ...claim, token: '' },
    ]
    for (const other of others) {
      const append = batch(1, [nodeStarted('a')], other ? { claim: other } : {})
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'lease_lost')
    }
    await store.appendEvents(id, batch(1, [nodeStarted('a')], { claim }))
    await assertLog(store, id, ['workflow_started', 'node_started'])
  },

  'who has lost the claim learns that, whatever else is wrong with the append': async ({ store }) => {
    const { id } = await claimedRun(store)
    const stranger = { token: randomUUID(), number: 1, expiresAt: '2031-01-01T00:00:00.000Z' }
    const append = batch(7, [runStarted(), runCompleted()], { claim: stranger, expectedSignal: 3 })
    await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'lease_lost')
  },

  'a claim on a run that nobody holds is worth nothing': async ({ store }) => {
    const id = await startedRun(store)
    const claim = { token: randomUUID(), number: 1, expiresAt: '2031-01-01T00:00:00.000Z' }
    const append = batch(1, [nodeStarted('a')], { claim })
    await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'lease_lost')
    await assertRefusedWithoutEffect(store, id, () => store.renewClaim(id, claim, longTtl), 'lease_lost')
  },

  'a released run is free, and its last claim ends': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const release = batch(1, [nodeStarted('a')], { claim, release: true, expectedSignal: 0 })
    await store.appendEvents(id, release)
    assert.equal((await theRun(store, id)).claim, null)
    const late = batch(2, [nodeStarted('b')], { claim })
    await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, late), 'lease_lost')
    await assertRefusedWithoutEffect(store, id, () => store.renewClaim(id, claim, longTtl), 'lease_lost')
    const next = await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(2)))
    assert.equal(next.claim.number, 2)
  },

  'each grant has the next number and a token of its own': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const tokens = new Set<string>()
    for (const number of [1, 2, 3]) {
      const { lastSequence } = await theRun(store, id)
      const claiming = store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(lastSequence))
      const { claim } = await granted(claiming)
      assert.equal(claim.number, number)
      tokens.add(claim.token)
      const release = batch(lastSequence + 1, [], { claim, release: true, expectedSignal: 0 })
      await store.appendEvents(id, release)
    }
    assert.equal(tokens.size, 3)
  },

  'a token is seen by nobody but the holder': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const error = await store
      .appendEvents(id, batch(1, []))
      .catch(({ message, details }) => [message, details])
    const seen = [await everythingOf(store, id), await store.listWorkflowRuns({}, { limit: 10 }), error]
    assert.ok(!JSON.stringify(seen).includes(claim.token), 'a token can be read by anyone')
  },

  'a claim past its lease passes no more, even when nobody has taken over': async ({ store }) => {
    const { id, claim } = await expiredRun(store)
    const late: { [what: string]: () => Promise<unknown> } = {
      'an append': () => store.appendEvents(id, batch(1, [nodeStarted('a')], { claim })),
      'a release': () => store.appendEvents(id, batch(1, [], { claim, release: true, expectedSignal: 0 })),
      'a renewal': () => store.renewClaim(id, claim, longTtl),
      'an event': () => store.createWorkflowEvent(id, nodeStarted('a'), { claim }),
      'a change of status': () => store.updateWorkflowRun(id, { status: 'failed' }, { claim }),
    }
    for (const [what, call] of Object.entries(late)) {
      await assertRefusedWithoutEffect(store, id, call, 'lease_lost', what)
    }
  },

  'a run past its lease is granted anew, and the old claim stays worthless': async ({ store }) => {
    const { id, claim } = await expiredRun(store)
    const closing = [nodeFailed('a', { interrupted: true, willRetry: true }), resumed()]
    const next = await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(1, closing)))
    assert.ok(next.claim.number > claim.number)
    for (const sequence of [1, 3]) {
      const late = batch(sequence, [nodeStarted('a')], { claim })
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, late), 'lease_lost')
    }
    await assertRefusedWithoutEffect(store, id, () => store.renewClaim(id, claim, longTtl), 'lease_lost')
    await store.appendEvents(id, batch(3, [nodeStarted('a')], { claim: next.claim }))
    await assertLog(store, id, ['workflow_started', 'node_failed', 'workflow_started', 'node_started'])
  },

  'a run past its lease takes an append without a claim': async ({ store }) => {
    const { id } = await expiredRun(store)
    const ending = batch(1, [runCompleted()], { expectedSignal: 0 })
    await store.appendEvents(id, ending)
    assert.equal((await theRun(store, id)).claim, null)
  },

  'a run whose owner is dead is granted at once, before its lease has ended': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const first = await granted(store.claimWorkflowRun(id, deadOwner(), longTtl, claimBatch(0)))
    assert.equal((await theRun(store, id)).claim?.state, 'dead')
    const second = await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(1)))
    assert.equal((await theRun(store, id)).claim?.state, 'live')
    assert.ok(second.claim.number > first.claim.number)
  },

  'an owner that cannot be judged from here holds its run until its lease ends': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const { claim } = await granted(store.claimWorkflowRun(id, foreignOwner(), longTtl, claimBatch(0)))
    assert.equal((await theRun(store, id)).claim?.state, 'live')
    assert.equal(await store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(1)), null)
    await store.renewClaim(id, claim, 1)
    await untilClaim(store, id, 'expired')
    await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(1)))
  },

  'a renewal moves the end of the lease, later or sooner, and nothing else': async ({ store, open }) => {
    const { id, claim } = await claimedRun(store)
    const before = await theRun(store, id)
    const renewed = await store.renewClaim(id, claim, longTtl * 10)
    assert.deepEqual({ ...renewed, expiresAt: claim.expiresAt }, claim)
    assert.ok(renewed.expiresAt > claim.expiresAt)
    const after = await theRun(await open(), id)
    assert.equal(after.claim?.expiresAt, renewed.expiresAt)
    assert.deepEqual([after.lastSequence, after.status], [before.lastSequence, before.status])
    await store.appendEvents(id, batch(1, [nodeStarted('a')], { claim }))
    assert.ok((await store.renewClaim(id, claim, longTtl)).expiresAt < renewed.expiresAt)
  },

  'a claim whose append is refused is not granted': async ({ store }) => {
    const id = await startedRun(store)
    const ended = await startedRun(store)
    await store.createWorkflowEvent(ended, runCompleted())
    const claim = (run: string, sequence: number, events = [resumed()]) =>
      assertRefusedClaim(store, run, claimBatch(sequence, events))
    await claim(id, 0)('conflict')
    await claim(id, 1, [nodeStarted('1 bad id')])('invalid_record')
    await claim(ended, 2)('invalid_transition')
    await claim(id, 1, [resumed(), runCompleted()])('invalid_record')
  },

  'a lease lasts a positive number of milliseconds, anything else is refused as invalid_record': async ({
    store,
  }) => {
    const { id, claim } = await claimedRun(store)
    const free = await startedRun(store)
    for (const ttl of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const renewal = () => store.renewClaim(id, claim, ttl)
      await assertRefusedWithoutEffect(store, id, renewal, 'invalid_record', `a renewal for ${ttl}`)
      const claiming = () => store.claimWorkflowRun(free, currentOwner(), ttl, claimBatch(1))
      await assertRefusedWithoutEffect(store, free, claiming, 'invalid_record', `a claim for ${ttl}`)
    }
    const nobody = { ...currentOwner(), id: '' }
    const claiming = () => store.claimWorkflowRun(free, nobody, longTtl, claimBatch(1))
    await assertRefusedWithoutEffect(store, free, claiming, 'invalid_record', 'an owner without an id')
  },

  'claims of a run that is not there are refused as not_found': async ({ store }) => {
    const { claim } = await claimedRun(store)
    const id = randomUUID()
    await assertRefused(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0)), 'not_found')
    await assertRefused(store.renewClaim(id, claim, longTtl), 'not_found')
  },
})

function assertRefusedClaim(store: IWorkflowStore, id: string, append: ReturnType<typeof claimBatch>) {
  return (code: 'conflict' | 'invalid_record' | 'invalid_transition') =>
    assertRefusedWithoutEffect(
      store,
      id,
      () => store.claimWorkflowRun(id, currentOwner(), longTtl, append),
      code,
      `a claim that is a ${code}`,
    )
}

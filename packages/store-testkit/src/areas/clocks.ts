import assert from 'node:assert/strict'
import { casesOf } from '../conformance-case.ts'
import { nodeStarted } from '../sample-events.ts'
import {
  batch,
  claimBatch,
  claimedRun,
  foreignOwner,
  granted,
  longTtl,
  newCancel,
  newRun,
  startedRun,
  theRun,
} from '../sample-runs.ts'
import { assertRefused, untilClaim } from '../store-assertions.ts'

const hour = 3_600_000
const minute = 60_000
const skews = [hour, -hour]

const within = (a: string, b: string, ms: number) => Math.abs(Date.parse(a) - Date.parse(b)) < ms

/** Owners whose clocks are wrong: time is that of the store, and no owner's. */
export const clocks = casesOf(
  'clocks',
  {
    'a lease lasts as long by the store’s clock, whatever the clock of its owner says': async ({
      store,
      spawn,
    }) => {
      for (const clockOffsetMs of skews) {
        const [child] = await spawn(1, { clockOffsetMs })
        const { id } = await store.createWorkflowRun(newRun())
        const claimed = await child?.run('claim', id, longTtl)
        assert.ok(claimed, 'a run that nobody holds was not granted')
        const { createdAt, claim } = await theRun(store, id)
        assert.equal(claim?.state, 'live')
        assert.ok(within(claimed.timestamp, createdAt, 5 * minute), 'an append has the time of its writer')
        const lasts = Date.parse(claimed.claim.expiresAt) - Date.parse(claimed.timestamp)
        assert.ok(Math.abs(lasts - longTtl) < minute, `a lease of ${longTtl} ms lasts ${lasts}`)
        const renewed = await child?.call('renewClaim', id, claimed.claim, longTtl)
        assert.ok(renewed && within(renewed.expiresAt, claimed.claim.expiresAt, 5 * minute))
      }
    },

    'who has a clock that is ahead takes no run from its holder': async ({ store, spawn }) => {
      const [ahead] = await spawn(1, { clockOffsetMs: hour })
      const { id } = await store.createWorkflowRun(newRun())
      await granted(store.claimWorkflowRun(id, foreignOwner(), longTtl, claimBatch(0)))
      assert.equal(await ahead?.run('claim', id, longTtl), null, 'a live lease was taken over')
      assert.equal((await ahead?.call('getWorkflowRun', id))?.claim?.state, 'live')
      const list = await ahead?.call('listWorkflowRuns', { status: ['interrupted'] }, { limit: 10 })
      assert.deepEqual(list?.items, [])
    },

    'who has a clock that is behind takes a run past its lease, and keeps none that is past it': async ({
      store,
      spawn,
    }) => {
      const [behind] = await spawn(1, { clockOffsetMs: -hour })
      const { id, claim } = await claimedRun(store)
      await store.renewClaim(id, claim, 1)
      await untilClaim(store, id, 'expired')
      assert.equal((await behind?.call('getWorkflowRun', id))?.claim?.state, 'expired')
      const next = await behind?.run('claim', id, 200)
      assert.ok(next, 'a run past its lease was not granted')
      await untilClaim(store, id, 'expired')
      const late = batch(next.lastSequence, [nodeStarted('a')], { claim: next.claim })
      assert.ok(behind)
      await assertRefused(behind.call('appendEvents', id, late), 'lease_lost')
      await assertRefused(behind.call('renewClaim', id, next.claim, longTtl), 'lease_lost')
    },

    'runs, events and signals have the store’s time, in the order in which they came': async ({
      store,
      spawn,
    }) => {
      const times: string[] = []
      const note = (time: string | undefined) => times.push(time ?? 'no time')
      const id = await startedRun(store)
      for (const clockOffsetMs of skews) {
        const [child] = await spawn(1, { clockOffsetMs })
        assert.ok(child)
        note((await store.createWorkflowRun(newRun())).createdAt)
        note((await child.call('createWorkflowRun', newRun())).createdAt)
        note((await child.call('createWorkflowEvent', id, nodeStarted('a'))).timestamp)
        note((await child.call('sendSignal', id, newCancel())).sentAt)
        note((await child.call('updateWorkflowRun', id, { priority: 1 })).updatedAt)
        note((await store.createWorkflowEvent(id, nodeStarted('a'))).timestamp)
      }
      assert.deepEqual(times, [...times].sort(), 'time went back')
      assert.ok(within(times[0] ?? '', times.at(-1) ?? '', 30 * minute), 'time is that of the writers')
    },
  },
  ['several processes', 'a clock that processes share'],
)

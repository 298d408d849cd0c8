import assert from 'node:assert/strict'
import { casesOf } from '../conformance-case.ts'
import { longTtl, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, untilClaim } from '../store-assertions.ts'

const shared = casesOf(
  'processes',
  {
    'processes that append to one run at once leave a log without gaps': async ({ store, spawn }) => {
      const id = await startedRun(store)
      const children = await spawn(3)
      const landed = (await Promise.all(children.map((child) => child.run('append', id, 10)))).flat()
      const events = await store.getWorkflowEvents(id, { limit: 1_000 })
      assert.deepEqual(
        events.map(({ sequence }) => sequence),
        Array.from({ length: 61 }, (_, index) => index + 1),
      )
      const batches = events.slice(1).map(({ commitId }) => commitId)
      assert.deepEqual(
        batches.filter((_, index) => index % 2 === 0),
        batches.filter((_, index) => index % 2 === 1),
        'a batch was torn apart',
      )
      assert.deepEqual(new Set(batches), new Set(landed))
    },

    'of processes that claim one run at once exactly one is granted': async ({ store, spawn }) => {
      const { id } = await store.createWorkflowRun(newRun())
      const children = await spawn(4)
      const claims = await Promise.all(children.map((child) => child.run('claim', id, longTtl)))
      assert.equal(claims.filter((claimed) => claimed !== null).length, 1)
      assert.equal((await theRun(store, id)).lastSequence, 1)
    },

    'a signal that several processes send at once counts once': async ({ store, spawn }) => {
      const id = await startedRun(store)
      const signal = newCancel({ by: 'someone' })
      const children = await spawn(3)
      const sent = await Promise.all(children.map((child) => child.call('sendSignal', id, signal)))
      const stored = await store.getSignals(id, { limit: 10 })
      assert.equal(stored.length, 1)
      for (const one of sent) assert.deepEqual(one, stored[0])
    },

    'signals that processes send at once are numbered without gaps': async ({ store, spawn }) => {
      const id = await startedRun(store)
      const children = await spawn(3)
      const sending = children.flatMap((child) =>
        Array.from({ length: 5 }, () => child.call('sendSignal', id, newCancel())),
      )
      const numbers = (await Promise.all(sending)).map(({ sequence }) => sequence)
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        Array.from({ length: 15 }, (_, index) => index + 1),
      )
      assert.equal((await theRun(store, id)).lastSignal, 15)
    },

    'of processes that create one run at once all get the same one': async ({ store, spawn }) => {
      const run = newRun({ idempotencyKey: 'once' })
      const children = await spawn(3)
      const created = await Promise.all(children.map((child) => child.call('createWorkflowRun', run)))
      const stored = await theRun(store, run.id)
      for (const one of created) assert.deepEqual(one, stored)
    },
  },
  ['several processes'],
)

const killed = casesOf(
  'processes',
  {
    'the claim of a killed process is judged dead, and its run is claimable at once': async ({
      store,
      spawn,
    }) => {
      const { id } = await store.createWorkflowRun(newRun())
      const [owner, heir] = await spawn(2)
      const first = await owner?.run('claim', id, longTtl)
      assert.equal((await theRun(store, id)).claim?.state, 'live')
      await owner?.kill()
      assert.equal((await theRun(store, id)).claim?.state, 'dead')
      const interrupted = await store.listWorkflowRuns({ status: ['interrupted'] }, { limit: 10 })
      assert.deepEqual(
        interrupted.items.map((run) => run.id),
        [id],
      )
      const second = await heir?.run('claim', id, longTtl)
      assert.ok(first && second && second.claim.number > first.claim.number)
      assert.equal((await theRun(store, id)).claim?.state, 'live')
    },

    'an owner stopped past its lease and woken is fenced at its next append': async ({ store, spawn }) => {
      const { id } = await store.createWorkflowRun(newRun())
      const [sleeper, heir] = await spawn(2)
      const first = await sleeper?.run('claim', id, 200)
      assert.ok(first && sleeper && heir)
      sleeper.stop()
      await untilClaim(store, id, 'expired')
      assert.ok(await heir.run('claim', id, longTtl), 'the run of an owner past its lease was not granted')
      const before = await store.getWorkflowEvents(id, { limit: 10 })
      sleeper.wake()
      const late = { commitId: 'late', expectedSequence: first.lastSequence, claim: first.claim, events: [] }
      await assertRefused(sleeper.call('appendEvents', id, late), 'lease_lost')
      await assertRefused(
        sleeper.call('appendEvents', id, { ...late, expectedSequence: before.length }),
        'lease_lost',
      )
      await assertRefused(sleeper.call('renewClaim', id, first.claim, longTtl), 'lease_lost')
      assert.deepEqual(await store.getWorkflowEvents(id, { limit: 10 }), before)
    },

    'what a process was told has landed is there after it was killed': async ({ store, spawn, open }) => {
      const id = await startedRun(store)
      const [writer] = await spawn(1)
      assert.ok(writer)
      const acknowledged: unknown[] = []
      const enough = new Promise<void>((resolve) => {
        writer.onProgress((commitId) => {
          acknowledged.push(commitId)
          if (acknowledged.length === 5) resolve()
        })
      })
      const endless = writer.run('append', id, Number.POSITIVE_INFINITY).catch(() => {})
      await enough
      await writer.kill()
      await endless
      const fresh = await open()
      const events = await fresh.getWorkflowEvents(id, { limit: 10_000 })
      assert.deepEqual(
        events.map(({ sequence }) => sequence),
        events.map((_, index) => index + 1),
      )
      const commits = events.map(({ commitId }) => commitId)
      for (const commitId of acknowledged) {
        assert.equal(
          commits.filter((one) => one === commitId).length,
          2,
          'an acknowledged batch is not whole',
        )
      }
      await fresh.createWorkflowEvent(id, { type: 'node_started', nodeId: 'c', payload: {} })
    },
  },
  ['several processes', 'POSIX signals'],
)

/** What only several processes can show: races between them, and their sudden end. */
export const processes = [...shared, ...killed]

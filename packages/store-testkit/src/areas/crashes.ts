import assert from 'node:assert/strict'
import { casesOf } from '../conformance-case.ts'
import { longTtl, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, untilClaim } from '../store-assertions.ts'

/** The sudden end of processes: killed, or stopped past their lease. */
export const crashes = casesOf(
  'crashes',
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

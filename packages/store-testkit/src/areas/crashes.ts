import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CaseContext } from '../case-context.ts'
import { casesOf } from '../conformance-case.ts'
import { Dice } from '../dice.ts'
import { longForm } from '../effort.ts'
import { beginLanes, type LaneNews } from '../lanes/drive-lanes.ts'
import { LaneRecords } from '../lanes/lane-records.ts'
import { everythingKept, lifeSteps } from '../life.ts'
import { allEvents } from '../read-all.ts'
import { longTtl, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, untilClaim } from '../store-assertions.ts'

const rounds = longForm ? 20 : 2

/** A child makes calls of every kind at once; it is killed at some moment, and another handle looks at what is left. */
async function killAmidCalls({ store, spawn, open }: CaseContext, round: number): Promise<void> {
  const dice = new Dice(round)
  const [child] = await spawn(1)
  assert.ok(child)
  const records = new LaneRecords()
  const warm = new Promise<void>((resolve) => {
    child.onProgress((news) => {
      records.hear(news as LaneNews)
      if (records.haveSettled(1)) resolve()
    })
  })
  // By itself between two turns of its event loop, or from outside, also within one.
  const turns = dice.once(2) ? dice.below(40) : null
  const endless = child.run('goOn', await beginLanes(store), turns).catch((error: Error) => error)
  await Promise.race([warm, endless])
  if (turns === null) {
    await sleep(dice.below(12))
    await child.kill()
  }
  await child.ended()
  assert.ok(records.haveSettled(1), `the child came to an end of its own: ${await endless}`)
  await records.check(await open())
}

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
      const events = await allEvents(fresh, id)
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

    'a process killed amid its calls leaves each as a whole or not at all, and repeating them settles them':
      async (context) => {
        for (let round = 1; round <= rounds; round++) await killAmidCalls(context, round)
      },

    'what a process was told is so after it died, whichever call was its last': async ({
      store,
      spawn,
      open,
    }) => {
      const children = await spawn(lifeSteps)
      const lives = await Promise.all(
        children.map(async (child, index) => {
          const { id } = await store.createWorkflowRun(newRun())
          const told = new Promise((resolve) => child.onProgress(resolve))
          child.run('live', id, index + 1).catch(() => {})
          await child.ended()
          return { id, told: await told }
        }),
      )
      const fresh = await open()
      for (const { id, told } of lives) {
        assert.deepEqual(await everythingKept(fresh, id), told, 'what a process was told has changed')
      }
    },
  },
  ['several processes', 'POSIX signals'],
)

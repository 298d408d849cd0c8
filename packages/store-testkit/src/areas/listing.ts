import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { currentOwner, type DerivedStatus, type IWorkflowStore, type RunFilter } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { runCancelled, runCompleted, runFailed, runStarted } from '../sample-events.ts'
import { claimBatch, claimedRun, granted, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, untilClaim } from '../store-assertions.ts'

async function listed(store: IWorkflowStore, filter: RunFilter): Promise<Set<string>> {
  const { items } = await store.listWorkflowRuns(filter, { limit: 100 })
  return new Set(items.map((run) => run.id))
}

/** A run in every status that a reader can see. */
async function runsByStatus(store: IWorkflowStore): Promise<Record<DerivedStatus, string>> {
  const pending = await store.createWorkflowRun(newRun())
  const paused = await startedRun(store)
  await store.updateWorkflowRun(paused, { status: 'paused' })
  const completed = await startedRun(store)
  await store.createWorkflowEvent(completed, runCompleted())
  const failed = await startedRun(store)
  await store.createWorkflowEvent(failed, runFailed())
  const cancelled = await startedRun(store)
  await store.createWorkflowEvent(cancelled, runCancelled())
  const running = (await claimedRun(store)).id
  const interrupted = await startedRun(store)
  return { pending: pending.id, paused, completed, failed, cancelled, running, interrupted }
}

/** Lists of runs and what they leave out. */
export const listing = casesOf('listing', {
  'an empty place has an empty list': async ({ store }) => {
    assert.deepEqual(await store.listWorkflowRuns({}, { limit: 10 }), { items: [], next: null })
  },

  'a list shows the record of each run but its definition, inputs and metadata': async ({ store }) => {
    const { id } = await claimedRun(store)
    await store.updateWorkflowRun(id, { metadata: { a: 1 }, priority: 2 })
    const { definition, inputs, metadata, ...summary } = await theRun(store, id)
    const { items } = await store.listWorkflowRuns({}, { limit: 10 })
    assert.deepEqual(items, [summary])
  },

  'runs are listed by status, those interrupted apart from those running': async ({ store }) => {
    const ids = await runsByStatus(store)
    for (const [status, id] of Object.entries(ids)) {
      assert.deepEqual(await listed(store, { status: [status as DerivedStatus] }), new Set([id]), status)
    }
    const both = await listed(store, { status: ['paused', 'interrupted'] })
    assert.deepEqual(both, new Set([ids.paused, ids.interrupted]))
    assert.deepEqual(await listed(store, {}), new Set(Object.values(ids)))
  },

  'a run becomes interrupted when its lease ends, without anybody doing anything': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    await granted(store.claimWorkflowRun(id, currentOwner(), 1, claimBatch(0)))
    await untilClaim(store, id, 'expired')
    assert.deepEqual(await listed(store, { status: ['interrupted'] }), new Set([id]))
    assert.deepEqual(await listed(store, { status: ['running'] }), new Set())
  },

  'runs are listed by workflow, exactly': async ({ store }) => {
    const build = await startedRun(store, { workflowName: 'build' })
    await startedRun(store, { workflowName: 'Build' })
    await startedRun(store, { workflowName: 'build-all' })
    await startedRun(store, { workflowName: 'b%' })
    assert.deepEqual(await listed(store, { workflowName: 'build' }), new Set([build]))
    assert.deepEqual(await listed(store, { workflowName: 'b_ild' }), new Set())
  },

  'runs are listed by age: created at or after, and created before': async ({ store }) => {
    const first = await store.createWorkflowRun(newRun())
    let second = await store.createWorkflowRun(newRun())
    while (second.createdAt === first.createdAt) {
      await store.deleteWorkflowRun(second.id)
      await sleep(2)
      second = await store.createWorkflowRun(newRun())
    }
    assert.deepEqual(await listed(store, { createdAfter: second.createdAt }), new Set([second.id]))
    assert.deepEqual(await listed(store, { createdBefore: second.createdAt }), new Set([first.id]))
    assert.deepEqual(await listed(store, { createdAfter: first.createdAt }), new Set([first.id, second.id]))
    assert.deepEqual(await listed(store, { createdBefore: first.createdAt }), new Set())
  },

  'runs are listed by when they want to be looked at': async ({ store }) => {
    const noon = '2031-01-01T12:00:00.000Z'
    const early = await startedRun(store)
    await store.updateWorkflowRun(early, { wakeAt: '2031-01-01T11:59:59.999Z' })
    const exact = await startedRun(store)
    await store.updateWorkflowRun(exact, { wakeAt: noon })
    const late = await startedRun(store)
    await store.updateWorkflowRun(late, { wakeAt: '2031-01-01T12:00:00.001Z' })
    await startedRun(store)
    assert.deepEqual(await listed(store, { wakeBefore: noon }), new Set([early, exact]))
  },

  'runs are listed by priority at or above': async ({ store }) => {
    const ids: string[] = []
    for (const priority of [-1, 0, 1, 10]) ids.push(await startedRun(store, { priority }))
    assert.deepEqual(await listed(store, { minPriority: 1 }), new Set(ids.slice(2)))
    assert.deepEqual(await listed(store, { minPriority: -1 }), new Set(ids))
  },

  'every condition given must hold': async ({ store }) => {
    const wanted = await startedRun(store, { workflowName: 'a', priority: 5 })
    await startedRun(store, { workflowName: 'a', priority: 4 })
    await startedRun(store, { workflowName: 'b', priority: 5 })
    await store.createWorkflowRun(newRun({ workflowName: 'a', priority: 5 }))
    const filter: RunFilter = { workflowName: 'a', minPriority: 5, status: ['interrupted'] }
    assert.deepEqual(await listed(store, filter), new Set([wanted]))
  },

  'a list shows what has just been written': async ({ store, open }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const other = await open()
    await listed(other, {})
    await store.createWorkflowEvent(id, runStarted())
    await store.createWorkflowEvent(id, runFailed())
    for (const handle of [store, other]) {
      assert.deepEqual(await listed(handle, { status: ['failed'] }), new Set([id]))
      assert.deepEqual(await listed(handle, { status: ['pending', 'interrupted'] }), new Set())
    }
  },

  'a page of less than 1 or more than 1,000 runs is refused as invalid_record': async ({ store }) => {
    for (const limit of [0, -1, 1_001, 1.5, Number.NaN]) {
      await assertRefused(store.listWorkflowRuns({}, { limit }), 'invalid_record', `limit ${limit}`)
    }
  },
})

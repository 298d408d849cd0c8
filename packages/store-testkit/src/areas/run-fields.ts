import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { runCompleted } from '../sample-events.ts'
import { claimedRun, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, assertRefusedWithoutEffect, everythingOf } from '../store-assertions.ts'

const malformed: { [what: string]: object } = {
  'metadata that is no object': { metadata: 'x' },
  'metadata that is not JSON': { metadata: { x: undefined } },
  'a fractional priority': { priority: 1.5 },
  'a wakeAt that is no time': { wakeAt: 'soon' },
  'an unknown member': { colour: 'red' },
  'an error without a failed status': { error: { code: 'x', message: 'x' } },
  'a status that is none': { status: 'interrupted' },
}

const merges: { before: JsonObject; patch: JsonObject; after: JsonObject }[] = [
  { before: {}, patch: { a: 1 }, after: { a: 1 } },
  { before: { a: 1, b: 2 }, patch: { b: 3 }, after: { a: 1, b: 3 } },
  { before: { a: 1, b: 2 }, patch: { a: null }, after: { b: 2 } },
  { before: { a: 1 }, patch: { missing: null }, after: { a: 1 } },
  { before: { a: { x: 1 } }, patch: { a: { y: 2 } }, after: { a: { y: 2 } } },
  { before: { a: { x: 1 } }, patch: { a: { x: null } }, after: { a: { x: null } } },
  { before: { a: [1, 2] }, patch: { a: [null] }, after: { a: [null] } },
  { before: { a: 1 }, patch: {}, after: { a: 1 } },
  { before: { '': 1 }, patch: { '': 2, 'x.y': 3 }, after: { '': 2, 'x.y': 3 } },
]

/** Changes of a run's record that are neither log nor status. */
export const runFields = casesOf('run fields', {
  'metadata, priority and wakeAt can be changed, and only those change': async ({ store }) => {
    const id = await startedRun(store, { metadata: { a: 1 } })
    const before = await theRun(store, id)
    const fields = { metadata: { b: 2 }, priority: 5, wakeAt: '2031-01-01T00:00:00.000Z' }
    const changed = await store.updateWorkflowRun(id, fields)
    const after = await theRun(store, id)
    assert.deepEqual(changed, after)
    assert.deepEqual(after, {
      ...before,
      ...fields,
      metadata: { a: 1, b: 2 },
      updatedAt: after.updatedAt,
    })
    const again = await store.updateWorkflowRun(id, { wakeAt: null })
    assert.deepEqual(again, { ...after, wakeAt: null, updatedAt: again.updatedAt })
    const last = await store.updateWorkflowRun(id, { metadata: { c: 3 } })
    assert.deepEqual([last.metadata, last.priority, last.wakeAt], [{ a: 1, b: 2, c: 3 }, 5, null])
  },

  'metadata is merged member by member, and null takes a member out': async ({ store }) => {
    for (const { before, patch, after } of merges) {
      const { id } = await store.createWorkflowRun(newRun({ metadata: before }))
      assert.deepEqual((await store.updateWorkflowRun(id, { metadata: patch })).metadata, after)
      assert.deepEqual((await theRun(store, id)).metadata, after)
    }
  },

  'a run that somebody holds can be changed without the claim, and stays held': async ({ store }) => {
    const { id } = await claimedRun(store)
    const before = await theRun(store, id)
    await store.updateWorkflowRun(id, { metadata: { seen: true } })
    const after = await theRun(store, id)
    assert.deepEqual(after.metadata, { seen: true })
    assert.deepEqual(after.claim, before.claim)
    assert.equal(after.lastSequence, before.lastSequence)
  },

  'a run that has ended can still be changed': async ({ store }) => {
    const id = await startedRun(store)
    await store.createWorkflowEvent(id, runCompleted())
    assert.equal((await store.updateWorkflowRun(id, { priority: 9 })).priority, 9)
    assert.equal((await theRun(store, id)).status, 'completed')
  },

  'an empty patch changes nothing': async ({ store }) => {
    const id = await startedRun(store)
    const before = await everythingOf(store, id)
    assert.deepEqual(await store.updateWorkflowRun(id, {}), before?.run)
    assert.deepEqual(await everythingOf(store, id), before)
  },

  'changes that overlap are all kept': async ({ store, open }) => {
    const id = await startedRun(store)
    const other = await open()
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? store : other).updateWorkflowRun(id, { metadata: { [`k${index}`]: index } }),
      ),
    )
    assert.equal(Object.keys((await theRun(store, id)).metadata).length, 12)
  },

  'a change and an append that overlap are both kept': async ({ store, open }) => {
    const id = await startedRun(store)
    const other = await open()
    for (let round = 1; round <= 5; round++) {
      await Promise.all([
        store.createWorkflowEvent(id, { type: 'node_started', nodeId: 'a', payload: {} }),
        other.updateWorkflowRun(id, { priority: round }),
      ])
      const run = await theRun(store, id)
      assert.equal(run.priority, round)
      assert.equal(run.lastSequence, round + 1)
    }
  },

  'a malformed patch is refused as invalid_record without effect': async ({ store }) => {
    const id = await startedRun(store)
    for (const [what, patch] of Object.entries(malformed)) {
      await assertRefusedWithoutEffect(
        store,
        id,
        () => store.updateWorkflowRun(id, patch),
        'invalid_record',
        what,
      )
    }
  },

  'a change of what is not there is refused as not_found': async ({ store }) => {
    await assertRefused(store.updateWorkflowRun(randomUUID(), { priority: 1 }), 'not_found')
  },
})

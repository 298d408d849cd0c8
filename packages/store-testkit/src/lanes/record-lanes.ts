import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { IWorkflowStore, NewRun, NewSignal } from '@ion/store'
import { allSignals } from '../read-all.ts'
import { runStarted } from '../sample-events.ts'
import { batch, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertLog, assertRefused } from '../store-assertions.ts'
import { laneOf } from './lane.ts'

/** How often a run is in the list of its workflow. */
async function timesListed(store: IWorkflowStore, id: string, workflowName: string): Promise<number> {
  const { items } = await store.listWorkflowRuns({ workflowName }, { limit: 1_000 })
  return items.filter((run) => run.id === id).length
}

interface FieldsArgs {
  id: string
  n: number
}

/** Records of runs, and signals. */
export const recordLanes = {
  creation: laneOf<null, NewRun>({
    what: 'the creation of a run',
    begin: async () => null,
    prepare: async (_, __, n) =>
      newRun({
        workflowName: `creation-${n}`,
        idempotencyKey: randomUUID(),
        userMessage: 'x'.repeat(20_000),
        metadata: { n },
      }),
    make: (store, run) => store.createWorkflowRun(run),
    async landed(store, run) {
      const found = await store.getWorkflowRun(run.id)
      if (found) assert.deepEqual({ ...found, ...run }, found, 'a run was created in part')
      assert.equal(
        await timesListed(store, run.id, run.workflowName),
        found ? 1 : 0,
        'record and list differ',
      )
      return found !== null
    },
  }),

  fields: laneOf<string, FieldsArgs>({
    what: 'a change of fields',
    supersedes: true,
    sameResult: false,
    begin: (store) => startedRun(store, { metadata: { n: 0, m: 0 } }),
    prepare: async (_, id, n) => ({ id, n }),
    make: (store, { id, n }) => store.updateWorkflowRun(id, { metadata: { n, m: n }, priority: n }),
    async landed(store, { id, n }) {
      const { metadata, priority } = await theRun(store, id)
      assert.deepEqual(metadata, { n: priority, m: priority }, 'a part of a change landed')
      return priority === n
    },
  }),

  signal: laneOf<string, { id: string; signal: NewSignal }>({
    what: 'a signal',
    begin: (store) => startedRun(store),
    prepare: async (_, id, n) => ({ id, signal: newCancel({ by: 'ann', payload: 'x'.repeat(n) }) }),
    make: (store, { id, signal }) => store.sendSignal(id, signal),
    async landed(store, { id, signal }) {
      const all = await allSignals(store, id)
      assert.deepEqual(
        all.map(({ sequence }) => sequence),
        all.map((_, index) => index + 1),
        'the signals have a gap',
      )
      assert.equal((await theRun(store, id)).lastSignal, all.length, 'record and signals do not agree')
      const found = all.filter((sent) => sent.id === signal.id)
      assert.ok(found.length <= 1, 'a signal counts twice')
      for (const sent of found) assert.deepEqual({ ...sent, ...signal }, sent)
      return found.length === 1
    },
  }),

  deletion: laneOf<null, { id: string; workflowName: string }>({
    what: 'a deletion',
    begin: async () => null,
    async prepare(store, _, n) {
      const workflowName = `deletion-${n}`
      const { id } = await store.createWorkflowRun(newRun({ workflowName, idempotencyKey: randomUUID() }))
      const blobs = [{ ref: 'blob', bytes: new Uint8Array(10) }]
      await store.appendEvents(id, batch(0, [runStarted()], { blobs }))
      await store.sendSignal(id, newCancel())
      return { id, workflowName }
    },
    make: (store, { id }) => store.deleteWorkflowRun(id),
    async landed(store, { id, workflowName }) {
      const found = await store.getWorkflowRun(id)
      assert.equal(await timesListed(store, id, workflowName), found ? 1 : 0, 'record and list differ')
      if (found) {
        await assertLog(store, id, ['workflow_started'])
        assert.equal((await store.readBlob(id, 'blob')).length, 10)
        assert.equal((await store.getSignals(id, { limit: 10 })).length, 1)
        return false
      }
      await assertRefused(store.getWorkflowEvents(id, { limit: 1 }), 'not_found', 'reading a deleted log')
      await assertRefused(store.readBlob(id, 'blob'), 'not_found', 'reading a deleted blob')
      return true
    },
  }),
}

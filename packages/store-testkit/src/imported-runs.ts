import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  type BlobRef,
  currentOwner,
  type IWorkflowStore,
  importsRuns,
  type NewRun,
  type RunImport,
  type RunSnapshot,
  snapshotOf,
} from '@ion/store'
import { MemoryStore } from './memory-store.ts'
import { nodeCompleted, nodeStarted, resumed, runStarted } from './sample-events.ts'
import { batch, claimBatch, granted, longTtl, newCancel, newRun, theRun } from './sample-runs.ts'

/** The store, which must be able to import runs. */
export function importing(store: IWorkflowStore): IWorkflowStore & RunImport {
  assert.ok(importsRuns(store), 'the store has no importWorkflowRun')
  return store
}

/** Another store, in which it is some time ago; each call a second later. */
export function elsewhere(): MemoryStore {
  let now = Date.parse('2021-03-04T05:06:07.089Z')
  return new MemoryStore({
    now: () => {
      now += 1_000
      return new Date(now)
    },
  })
}

/** A run as it stands in a store. */
export async function snapshotFrom(store: IWorkflowStore, id: string): Promise<RunSnapshot> {
  return snapshotOf(store, await theRun(store, id))
}

/** Bytes, and where an event says that they are. */
export function sampleBlob(text: string): { output: BlobRef; bytes: Uint8Array } {
  const bytes = new TextEncoder().encode(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { output: { ref: `outputs/${sha256.slice(0, 16)}`, bytes: bytes.length, sha256 }, bytes }
}

/**
 * A run that has been through much: executed twice, told things between its events, with a large output, its fields changed, and
 * paused at a gate that has been answered since.
 */
export async function eventfulRun(store: IWorkflowStore, changes?: Partial<NewRun>): Promise<string> {
  const { id } = await store.createWorkflowRun(newRun(changes))
  const large = sampleBlob('a large output, or nearly')
  const first = await granted(
    store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0, [runStarted(), nodeStarted('a')])),
  )
  await store.sendSignal(id, newCancel({ by: 'ada', payload: { reason: 'enough' } }))
  const done = [nodeCompleted('a', { output: large.output, structured: { n: [1] } }), nodeStarted('b')]
  const blobs = [{ ref: large.output.ref, bytes: large.bytes }]
  await store.appendEvents(id, batch(2, done, { claim: first.claim, blobs }))
  const release = { claim: first.claim, release: true, expectedSignal: 1 }
  await store.appendEvents(id, batch(4, [nodeCompleted('b', { output: 'small' })], release))
  await store.updateWorkflowRun(id, { metadata: { changed: true }, priority: 7 })
  const gate = nodeStarted('gate', { gate: { message: 'Well?' } })
  const second = await granted(
    store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(5, [resumed(), gate])),
  )
  const pause = { claim: second.claim, expectedSignal: 1 }
  const wakeAt = '2031-01-01T00:00:00.000Z'
  await store.appendEvents(id, batch(7, [], { ...pause, run: { status: 'paused', wakeAt } }))
  const answer = { id: 'yes', kind: 'answer' as const, gate: { nodeId: 'gate', opened: 7 } }
  await store.sendSignal(id, { ...answer, by: 'bob', payload: { decision: 'approve' } })
  return id
}

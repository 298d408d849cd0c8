import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import type { NodeOutput } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import {
  nodeCompleted,
  nodeFailed,
  nodeSkipped,
  nodeStarted,
  runFailed,
  runStarted,
} from '../sample-events.ts'
import { batch, newRun, startedRun } from '../sample-runs.ts'
import { assertRefused } from '../store-assertions.ts'

const refTo = (ref: string, bytes: Uint8Array) => ({
  ref,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

const texts = (outputs: Map<string, NodeOutput>) =>
  Object.fromEntries([...outputs].map(([path, { output }]) => [path, output]))

/** What nodes gave: in their events, and in blobs beside them. */
export const outputs = casesOf('outputs', {
  'the outputs of completed nodes come back by path, with structure and time': async ({ store }) => {
    const id = await startedRun(store)
    await store.createWorkflowEvent(id, nodeStarted('a'))
    const done = await store.createWorkflowEvent(id, nodeCompleted('a', { output: 'text', structured: [1] }))
    await store.createWorkflowEvent(id, nodeCompleted('loop/3', { output: 'third' }))
    await store.createWorkflowEvent(id, nodeCompleted('silent'))
    const found = await store.getCompletedDagNodeOutputs(id)
    assert.deepEqual(found.get('a'), { output: 'text', structured: [1], completedAt: done.timestamp })
    assert.deepEqual(texts(found), { a: 'text', 'loop/3': 'third', silent: '' })
  },

  'nodes that began, failed or were skipped have no output': async ({ store }) => {
    const id = await startedRun(store)
    const events = [nodeStarted('a'), nodeFailed('b', { output: 'no' }), nodeSkipped('c'), nodeCompleted('d')]
    await store.appendEvents(id, batch(1, events))
    assert.deepEqual(texts(await store.getCompletedDagNodeOutputs(id)), { d: '' })
  },

  'the last event of a path decides': async ({ store }) => {
    const id = await startedRun(store)
    const twice = [nodeCompleted('a', { output: 'old' }), nodeCompleted('a', { output: 'new' })]
    const again = [nodeCompleted('b', { output: 'gone' }), nodeStarted('b')]
    await store.appendEvents(id, batch(1, [...twice, ...again]))
    assert.deepEqual(texts(await store.getCompletedDagNodeOutputs(id)), { a: 'new' })
  },

  'a resume keeps the outputs of completed nodes': async ({ store }) => {
    const id = await startedRun(store)
    const failure = [nodeCompleted('a', { output: 'kept' }), nodeFailed('b'), runFailed()]
    await store.appendEvents(id, batch(1, failure, { expectedSignal: 0 }))
    await store.createWorkflowEvent(id, runStarted({ resumed: true }))
    assert.deepEqual(texts(await store.getCompletedDagNodeOutputs(id)), { a: 'kept' })
  },

  'a rerun voids the outputs of the nodes it names, with what ran inside them': async ({ store }) => {
    const id = await startedRun(store)
    const first = ['a', 'b', 'b/1', 'b/1/c'].map((path) => nodeCompleted(path, { output: 'old' }))
    await store.appendEvents(id, batch(1, [...first, runStarted({ resumed: true, rerun: ['b'] })]))
    assert.deepEqual(texts(await store.getCompletedDagNodeOutputs(id)), { a: 'old' })
    await store.createWorkflowEvent(id, nodeCompleted('b', { output: 'new' }))
    assert.deepEqual(texts(await store.getCompletedDagNodeOutputs(id)), { a: 'old', b: 'new' })
  },

  'outputs beyond a page of events are found': async ({ store }) => {
    const id = await startedRun(store)
    const many = Array.from({ length: 2_100 }, (_, index) =>
      nodeCompleted(`n${index}`, { output: `${index}` }),
    )
    for (let from = 0; from < many.length; from += 700) {
      await store.appendEvents(id, batch(1 + from, many.slice(from, from + 700)))
    }
    const found = await store.getCompletedDagNodeOutputs(id)
    assert.equal(found.size, many.length)
    assert.equal(found.get('n2099')?.output, '2099')
  },

  'a blob lands with its events and comes back byte for byte': async ({ store, open }) => {
    const id = await startedRun(store)
    const every = Uint8Array.from({ length: 256 }, (_, index) => index)
    const blobs = [
      { ref: 'every', bytes: every },
      { ref: 'nodes/a-1.b_2/out', bytes: every.subarray(10, 20) },
      { ref: 'empty', bytes: new Uint8Array() },
      { ref: 'x'.repeat(256), bytes: new Uint8Array([7]) },
    ]
    await store.appendEvents(id, batch(1, [nodeStarted('a')], { blobs }))
    for (const handle of [store, await open()]) {
      for (const { ref, bytes } of blobs) assert.deepEqual([...(await handle.readBlob(id, ref))], [...bytes])
    }
  },

  'a blob may be larger than an event': async ({ store }) => {
    const id = await startedRun(store)
    const size = Math.min(store.abilities.maxEventBytes, 4 * 1024 * 1024) + 1
    const bytes = new Uint8Array(size).map((_, index) => index * 31)
    const output = refTo('large', bytes)
    const append = batch(1, [nodeCompleted('a', { output })], { blobs: [{ ref: 'large', bytes }] })
    await store.appendEvents(id, append)
    assert.ok(Buffer.from(bytes).equals(await store.readBlob(id, 'large')), 'the bytes came back changed')
  },

  'an output that lies in a blob comes back as its text': async ({ store }) => {
    const id = await startedRun(store)
    const text = `${'ä€😀'.repeat(30_000)}\u0000 end`
    const bytes = new TextEncoder().encode(text)
    const event = nodeCompleted('a', { output: refTo('out/a', bytes) })
    await store.appendEvents(id, batch(1, [event], { blobs: [{ ref: 'out/a', bytes }] }))
    const found = await store.getCompletedDagNodeOutputs(id)
    assert.ok(found.get('a')?.output === text, 'the text came back changed')
  },

  'each run has its own blobs': async ({ store }) => {
    const [one, two] = [await startedRun(store), await startedRun(store)]
    await store.appendEvents(one, batch(1, [], { blobs: [{ ref: 'b', bytes: new Uint8Array([1]) }] }))
    await assertRefused(store.readBlob(two, 'b'), 'not_found')
    await store.appendEvents(two, batch(1, [], { blobs: [{ ref: 'b', bytes: new Uint8Array([2]) }] }))
    assert.deepEqual([...(await store.readBlob(one, 'b'))], [1])
  },

  'an append that is refused leaves neither a blob nor a changed one': async ({ store }) => {
    const id = await startedRun(store)
    await store.appendEvents(id, batch(1, [], { blobs: [{ ref: 'old', bytes: new Uint8Array([1]) }] }))
    const blobs = [
      { ref: 'old', bytes: new Uint8Array([2]) },
      { ref: 'new', bytes: new Uint8Array([2]) },
    ]
    await assertRefused(store.appendEvents(id, batch(9, [nodeStarted('a')], { blobs })), 'conflict')
    assert.deepEqual([...(await store.readBlob(id, 'old'))], [1])
    await assertRefused(store.readBlob(id, 'new'), 'not_found')
  },

  'blobs and outputs that are not there are refused as not_found': async ({ store }) => {
    const id = await startedRun(store)
    await assertRefused(store.readBlob(id, 'none'), 'not_found', 'a blob of a run')
    await assertRefused(store.readBlob(randomUUID(), 'none'), 'not_found', 'a blob of no run')
    await assertRefused(store.getCompletedDagNodeOutputs(randomUUID()), 'not_found', 'outputs of no run')
    const { id: empty } = await store.createWorkflowRun(newRun())
    assert.equal((await store.getCompletedDagNodeOutputs(empty)).size, 0)
  },
})

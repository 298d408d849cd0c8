import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Append, NewEvent } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeCompleted, nodeFailed, nodeSkipped, nodeStarted, runStarted } from '../sample-events.ts'
import { batch, claimedRun, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import {
  assertLog,
  assertRefused,
  assertRefusedWithoutEffect,
  assertTime,
  everythingOf,
} from '../store-assertions.ts'

const malformedEvents: { [what: string]: object } = {
  'a ninth type of event': { type: 'node_paused', nodeId: 'a', payload: {} },
  'a node event without a node': { type: 'node_started', payload: {} },
  'a workflow event with a node': { type: 'workflow_started', nodeId: 'a', payload: {} },
  'a node id that begins with a digit': nodeStarted('1a'),
  'a node path that leaves its node': nodeStarted('a/../b'),
  'a payload that is no object': { type: 'workflow_started', payload: null },
  'a payload that is not JSON': { type: 'workflow_started', payload: { at: new Date() } },
  'a failure without an error': { type: 'workflow_failed', payload: {} },
  'a failed node without an error': { type: 'node_failed', nodeId: 'a', payload: {} },
  'a skip without a reason': { type: 'node_skipped', nodeId: 'a', payload: {} },
  'an attempt before the first': nodeStarted('a', { attempt: 0 }),
  'an unknown member': { ...nodeStarted('a'), colour: 'red' },
}

const malformedAppends: { [what: string]: Partial<Append> } = {
  'an empty commit id': { commitId: '' },
  'a commit id over 128 characters': { commitId: 'c'.repeat(129) },
  'a blob name that leaves its folder': { blobs: [{ ref: '../b', bytes: new Uint8Array() }] },
  'an absolute blob name': { blobs: [{ ref: '/b', bytes: new Uint8Array() }] },
  'a blob name that begins with a dot': { blobs: [{ ref: 'a/.b', bytes: new Uint8Array() }] },
  'a status that the events do not lead to': { run: { status: 'completed' } },
  'a wakeAt that is no time': { run: { wakeAt: 'soon' } },
}

/** The log: what an append writes, and what it refuses. */
export const events = casesOf('events', {
  'events come back in order with sequence, time, run and commit id': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const written: NewEvent[] = [
      runStarted({ extra: [1, { deep: null }] }),
      nodeStarted('a', { attempt: 1 }),
      nodeCompleted('a', { output: 'hi', durationMs: 1.5, usage: [{ model: 'm', cost: 0.1 }] }),
      nodeSkipped('b'),
      nodeFailed('c/rework/1', { willRetry: true, retryAt: '2031-01-01T00:00:00.000Z' }),
    ]
    const append = batch(0, written)
    const appended = await store.appendEvents(id, append)
    assertTime(appended.timestamp)
    assert.deepEqual(appended, { lastSequence: 5, lastSignal: 0, timestamp: appended.timestamp })
    const stored = await store.getWorkflowEvents(id, { limit: 10 })
    const { timestamp } = appended
    assert.deepEqual(
      stored,
      written.map((event, index) => ({
        ...event,
        ...{ runId: id, sequence: index + 1, timestamp, commitId: append.commitId },
      })),
    )
  },

  'sequences go on without gaps from append to append': async ({ store }) => {
    const id = await startedRun(store)
    await store.appendEvents(id, batch(1, [nodeStarted('a'), nodeStarted('b')]))
    await store.appendEvents(id, batch(3, []))
    await store.appendEvents(id, batch(3, [nodeCompleted('b')]))
    await assertLog(store, id, ['workflow_started', 'node_started', 'node_started', 'node_completed'])
    assert.equal((await theRun(store, id)).lastSequence, 4)
  },

  'each run has its own sequences': async ({ store }) => {
    const [one, two] = [await startedRun(store), await startedRun(store)]
    await store.appendEvents(two, batch(1, [nodeStarted('a')]))
    await store.appendEvents(one, batch(1, [nodeCompleted('a')]))
    await assertLog(store, one, ['workflow_started', 'node_completed'])
    await assertLog(store, two, ['workflow_started', 'node_started'])
  },

  'a writer that does not know the last sequence is refused as conflict': async ({ store }) => {
    const id = await startedRun(store)
    await store.appendEvents(id, batch(1, [nodeStarted('a')]))
    for (const sequence of [0, 1, 3, -1]) {
      const append = batch(sequence, [nodeCompleted('a')])
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'conflict')
    }
    const nothing = batch(1, [])
    await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, nothing), 'conflict')
  },

  'a malformed event is refused as invalid_record, and nothing of its batch lands': async ({ store }) => {
    const id = await startedRun(store)
    for (const [what, event] of Object.entries(malformedEvents)) {
      const append = batch(1, [nodeStarted('a'), event as NewEvent, nodeStarted('b')], {
        blobs: [{ ref: 'blob', bytes: new Uint8Array(1) }],
      })
      await assertRefusedWithoutEffect(
        store,
        id,
        () => store.appendEvents(id, append),
        'invalid_record',
        what,
      )
    }
    await assertRefused(store.readBlob(id, 'blob'), 'not_found', 'a blob of a refused append')
  },

  'a malformed append is refused as invalid_record without effect': async ({ store }) => {
    const id = await startedRun(store)
    for (const [what, rest] of Object.entries(malformedAppends)) {
      const append = batch(1, [nodeStarted('a')], rest)
      await assertRefusedWithoutEffect(
        store,
        id,
        () => store.appendEvents(id, append),
        'invalid_record',
        what,
      )
    }
  },

  'a batch whose last event is not possible lands not at all': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const events = [runStarted(), nodeStarted('a'), { type: 'workflow_completed', payload: {} }]
    const append = batch(0, [...events, nodeCompleted('a')] as NewEvent[], {
      expectedSignal: 0,
      blobs: [{ ref: 'blob', bytes: new Uint8Array(1) }],
    })
    await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'invalid_transition')
    await assertRefused(store.readBlob(id, 'blob'), 'not_found', 'a blob of a refused append')
  },

  'an append can move wakeAt and replace the definition': async ({ store }) => {
    const id = await startedRun(store)
    const definition = { ...newRun().definition, source: 'name: edited\n', digest: 'cd'.repeat(32) }
    const wakeAt = '2031-01-01T00:00:00.000Z'
    await store.appendEvents(id, batch(1, [nodeStarted('a')], { run: { wakeAt, definition } }))
    const run = await theRun(store, id)
    assert.deepEqual([run.wakeAt, run.definition], [wakeAt, definition])
    await store.appendEvents(id, batch(2, [nodeCompleted('a')], { run: { wakeAt: null } }))
    const after = await theRun(store, id)
    assert.deepEqual([after.wakeAt, after.definition], [null, definition])
  },

  'an event can take a signal that was sent, and none that was not': async ({ store }) => {
    const id = await startedRun(store)
    await store.sendSignal(id, newCancel())
    const taking = (signal: number) => batch(1, [nodeCompleted('gate', { signal })])
    await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, taking(2)), 'invalid_record')
    assert.equal((await store.appendEvents(id, taking(1))).lastSignal, 1)
  },

  'hundreds of events land in one append': async ({ store }) => {
    const id = await startedRun(store)
    const many = Array.from({ length: 400 }, (_, index) => nodeStarted(`node_${index}`))
    await store.appendEvents(id, batch(1, many))
    const stored = await store.getWorkflowEvents(id, { limit: 1_000 })
    assert.deepEqual(
      stored.slice(1).map(({ sequence, nodeId }) => [sequence, nodeId]),
      many.map(({ nodeId }, index) => [index + 2, nodeId]),
    )
  },

  'createWorkflowEvent appends at the end of the log and gives the event': async ({ store }) => {
    const id = await startedRun(store)
    const created = await store.createWorkflowEvent(id, nodeStarted('a'))
    assert.deepEqual(await store.getWorkflowEvents(id, { after: 1, limit: 10 }), [created])
    assert.deepEqual([created.sequence, created.nodeId], [2, 'a'])
  },

  'createWorkflowEvent needs the claim of a run that is held': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const create = () => store.createWorkflowEvent(id, nodeStarted('a'))
    await assertRefusedWithoutEffect(store, id, create, 'lease_lost')
    assert.equal((await store.createWorkflowEvent(id, nodeStarted('a'), { claim })).sequence, 2)
  },

  'createWorkflowEvent refuses a ninth type of event': async ({ store }) => {
    const id = await startedRun(store)
    const before = await everythingOf(store, id)
    const ninth: object = { type: 'node_paused', nodeId: 'a', payload: {} }
    await assertRefused(store.createWorkflowEvent(id, ninth as NewEvent), 'invalid_record')
    assert.deepEqual(await everythingOf(store, id), before)
  },

  'events of a run that is not there are refused as not_found': async ({ store }) => {
    const id = randomUUID()
    await assertRefused(store.appendEvents(id, batch(0, [runStarted()])), 'not_found', 'an append')
    await assertRefused(store.getWorkflowEvents(id, { limit: 1 }), 'not_found', 'reading')
    await assertRefused(store.createWorkflowEvent(id, runStarted()), 'not_found', 'createWorkflowEvent')
    assert.equal(await store.getWorkflowRun(id), null)
  },
})

/** What a store takes of one event, and what is too much. */
export const eventSizes = casesOf(
  'events',
  {
    'an event of exactly the declared size is taken, one byte more is refused as too_large': async ({
      store,
    }) => {
      const { maxEventBytes } = store.abilities
      const sized = (bytes: number) => {
        const rest = Buffer.byteLength(JSON.stringify(nodeCompleted('a', { output: '' })))
        return nodeCompleted('a', { output: 'x'.repeat(bytes - rest) })
      }
      const id = await startedRun(store)
      const over = batch(1, [nodeStarted('a'), sized(maxEventBytes + 1)])
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, over), 'too_large')
      await store.appendEvents(id, batch(1, [sized(maxEventBytes)]))
      assert.equal((await theRun(store, id)).lastSequence, 2)
    },

    'size is counted in bytes of UTF-8, not in characters': async ({ store }) => {
      const id = await startedRun(store)
      const output = '€'.repeat(Math.ceil(store.abilities.maxEventBytes / 3))
      const append = batch(1, [nodeCompleted('a', { output })])
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'too_large')
    },

    'several events that are each within the limit land together': async ({ store }) => {
      const id = await startedRun(store)
      const output = 'x'.repeat(Math.floor(store.abilities.maxEventBytes * 0.9))
      const events = ['a', 'b', 'c'].map((node) => nodeCompleted(node, { output }))
      await store.appendEvents(id, batch(1, events))
      const stored = await store.getWorkflowEvents(id, { after: 1, limit: 10 })
      for (const event of stored) {
        assert.ok('output' in event.payload && event.payload.output === output, 'an output came back changed')
      }
      assert.equal(stored.length, 3)
    },
  },
  ['a limit of at most 32 MiB an event'],
)

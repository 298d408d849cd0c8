import assert from 'node:assert/strict'
import type { EventPayload, Json, JsonObject } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeCompleted, nodeStarted, runStarted } from '../sample-events.ts'
import { batch, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, assertRefusedWithoutEffect } from '../store-assertions.ts'

const deepest = 1_000

/** An object with so many objects (or arrays) in one another, itself included. */
function nested(levels: number, kind: 'objects' | 'arrays'): JsonObject {
  let value: Json = kind === 'objects' ? {} : []
  for (let level = 2; level < levels; level++) value = kind === 'objects' ? { x: value } : [value]
  return { x: value }
}

const same = (actual: unknown, expected: unknown, what: string) =>
  assert.ok(JSON.stringify(actual) === JSON.stringify(expected), `${what} came back changed`)

const kinds = ['objects', 'arrays'] as const

const extremeNumbers: number[] = [
  ...[
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    Number.MIN_VALUE,
    1e308,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 63,
    2 ** 64,
  ],
  ...[-(2 ** 63), 0.1 + 0.2, 1 / 3, 1e15, 1e16, 1e20, 1e21, 1e22, 100, 123456789.125, 4.35, 2.5e-8],
]

/** The edges of what JSON is, and of what columns are. */
export const oddValues = casesOf('odd data', {
  'JSON as deep as the contract allows comes back from an event, a signal and a record': async ({
    store,
    open,
  }) => {
    for (const kind of kinds) {
      const value = nested(deepest, kind)
      const run = newRun({ inputs: value, metadata: value })
      const { id } = await store.createWorkflowRun(run)
      await store.appendEvents(id, batch(0, [runStarted(value)]))
      await store.sendSignal(id, newCancel({ payload: value }))
      await store.updateWorkflowRun(id, { metadata: { again: value.x ?? null } })
      const reader = await open()
      const stored = await theRun(reader, id)
      same(
        [stored.inputs, stored.metadata],
        [value, { ...value, again: value.x }],
        `deep ${kind} of a record`,
      )
      const [event] = await reader.getWorkflowEvents(id, { limit: 1 })
      same(event?.payload, value, `deep ${kind} of an event`)
      const [signal] = await reader.getSignals(id, { limit: 1 })
      same(signal?.payload, value, `deep ${kind} of a signal`)
      assert.equal((await reader.createWorkflowRun(run)).id, id)
    }
  },

  'JSON that is far deeper is refused as invalid_record without effect': async ({ store }) => {
    const id = await startedRun(store)
    for (const kind of kinds) {
      const value = nested(deepest + 1, kind)
      const event = batch(1, [nodeStarted('a', value)])
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, event), 'invalid_record', kind)
      const signal = newCancel({ payload: value })
      await assertRefusedWithoutEffect(store, id, () => store.sendSignal(id, signal), 'invalid_record', kind)
      const patch = { metadata: value }
      const update = () => store.updateWorkflowRun(id, patch)
      await assertRefusedWithoutEffect(store, id, update, 'invalid_record', kind)
      await assertRefused(store.createWorkflowRun(newRun({ inputs: value })), 'invalid_record', kind)
    }
  },

  'numbers come back to the last digit, from wherever they are kept': async ({ store, open }) => {
    const { id } = await store.createWorkflowRun(
      newRun({ inputs: { extremeNumbers }, metadata: { extremeNumbers } }),
    )
    const structured = { extremeNumbers }
    await store.appendEvents(id, batch(0, [runStarted(structured), nodeCompleted('a', { structured })]))
    await store.sendSignal(id, newCancel({ payload: extremeNumbers }))
    const reader = await open()
    const run = await theRun(reader, id)
    const [started, completed] = await reader.getWorkflowEvents(id, { limit: 10 })
    const [signal] = await reader.getSignals(id, { limit: 1 })
    const output = (await reader.getCompletedDagNodeOutputs(id)).get('a')
    assert.deepEqual(run.inputs, structured)
    assert.deepEqual(run.metadata, structured)
    assert.deepEqual(started?.payload, structured)
    assert.deepEqual(completed?.payload, { structured })
    assert.deepEqual(signal?.payload, extremeNumbers)
    assert.deepEqual(output?.structured, structured)
  },

  'a negative zero comes back as zero, as JSON has it, and counts as the same content': async ({ store }) => {
    const id = await startedRun(store)
    const append = batch(1, [nodeCompleted('a', { structured: [-0, { zero: -0 }], exitCode: -0 })])
    const first = await store.appendEvents(id, append)
    const [event] = await store.getWorkflowEvents(id, { after: 1, limit: 1 })
    const payload: EventPayload<'node_completed'> = { structured: [0, { zero: 0 }], exitCode: 0 }
    assert.deepEqual(event?.payload, payload)
    const again = { ...append, events: [nodeCompleted('a', payload)] }
    assert.deepEqual(await store.appendEvents(id, again), first)
    const run = newRun({ inputs: { zero: -0 } })
    const created = await store.createWorkflowRun(run)
    assert.deepEqual(created.inputs, { zero: 0 })
    assert.deepEqual(await store.createWorkflowRun({ ...run, inputs: { zero: 0 } }), created)
  },

  'members in another order are the same content': async ({ store }) => {
    const run = newRun({ inputs: { a: 1, b: { c: 2, d: 3 } } })
    const created = await store.createWorkflowRun(run)
    const reordered = { ...run, inputs: { b: { d: 3, c: 2 }, a: 1 } }
    assert.deepEqual(await store.createWorkflowRun(reordered), created)
    const append = batch(0, [runStarted({ a: 1, b: 2 })])
    const first = await store.appendEvents(run.id, append)
    const other = { ...append, events: [runStarted({ b: 2, a: 1 })] }
    assert.deepEqual(await store.appendEvents(run.id, other), first)
    const signal = newCancel({ payload: { a: 1, b: 2 } })
    const sent = await store.sendSignal(run.id, signal)
    assert.deepEqual(await store.sendSignal(run.id, { ...signal, payload: { b: 2, a: 1 } }), sent)
  },

  'the members of a payload keep their order': async ({ store, open }) => {
    const id = await startedRun(store)
    const members: JsonObject = { zebra: 1, apple: 2, Mango: 3, '': 4, aa: 5, b: { y: 1, x: 2 } }
    await store.appendEvents(id, batch(1, [nodeStarted('a', members), nodeCompleted('a', members)]))
    const events = await (await open()).getWorkflowEvents(id, { after: 1, limit: 10 })
    for (const { payload } of events) same(payload, members, 'the order of members')
  },

  'priorities and times at the edges come back and are filtered by': async ({ store, open }) => {
    const priorities = [Number.MIN_SAFE_INTEGER, -(2 ** 31) - 1, -1, 0, 2 ** 31, Number.MAX_SAFE_INTEGER]
    const ids = new Map<number, string>()
    for (const priority of priorities) {
      ids.set(priority, (await store.createWorkflowRun(newRun({ priority }))).id)
    }
    const reader = await open()
    for (const [index, minPriority] of priorities.entries()) {
      assert.equal((await theRun(reader, ids.get(minPriority) ?? '')).priority, minPriority)
      const { items } = await reader.listWorkflowRuns({ minPriority }, { limit: 10 })
      assert.deepEqual(
        items.map(({ priority }) => priority).sort((a, b) => a - b),
        priorities.slice(index),
      )
    }
    const times = ['0001-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z']
    for (const [index, wakeAt] of times.entries()) {
      const id = ids.get(priorities[index] ?? 0) ?? ''
      assert.equal((await store.updateWorkflowRun(id, { wakeAt })).wakeAt, wakeAt)
      const { items } = await reader.listWorkflowRuns({ wakeBefore: wakeAt }, { limit: 10 })
      assert.equal(items.length, index + 1, `runs that wake by ${wakeAt}`)
    }
  },

  'an empty text is no missing one': async ({ store, open }) => {
    const { id } = await store.createWorkflowRun(newRun({ userMessage: '', metadata: { '': '' } }))
    const definition = { ...newRun().definition, source: '', path: '', files: { '': '' } }
    await store.appendEvents(id, batch(0, [runStarted({ note: '' })], { run: { definition } }))
    await store.appendEvents(id, batch(1, [nodeCompleted('a', { output: '', by: '', session: '' })]))
    const sent = await store.sendSignal(id, newCancel({ by: '', payload: '' }))
    const reader = await open()
    const run = await theRun(reader, id)
    assert.deepEqual([run.userMessage, run.metadata, run.definition], ['', { '': '' }, definition])
    const [started, completed] = await reader.getWorkflowEvents(id, { limit: 10 })
    assert.deepEqual(started?.payload, { note: '' })
    assert.deepEqual(completed?.payload, { output: '', by: '', session: '' })
    assert.deepEqual(await reader.getSignals(id, { limit: 1 }), [sent])
    assert.deepEqual([sent.by, sent.payload], ['', ''])
  },

  'null, false, zero and nothing are told apart in signals and events': async ({ store, open }) => {
    const id = await startedRun(store)
    const payloads: Json[] = [null, false, 0, '', [], {}, [null]]
    for (const payload of payloads) await store.sendSignal(id, newCancel({ payload }))
    await store.sendSignal(id, newCancel())
    await store.appendEvents(
      id,
      batch(
        1,
        payloads.map((structured, index) => nodeCompleted(`n${index}`, { structured })),
      ),
    )
    const reader = await open()
    const signals = await reader.getSignals(id, { limit: 100 })
    same(
      signals.map((signal) => ('payload' in signal ? [signal.payload] : [])),
      [...payloads.map((payload) => [payload]), []],
      'a payload',
    )
    const outputs = await reader.getCompletedDagNodeOutputs(id)
    for (const [index, structured] of payloads.entries()) {
      assert.deepEqual(outputs.get(`n${index}`)?.structured, structured)
    }
  },
})

import assert from 'node:assert/strict'
import type { Json, JsonObject, NewEvent } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeCompleted } from '../sample-events.ts'
import { batch, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import { everythingOf } from '../store-assertions.ts'

const nested = (depth: number): Json =>
  depth === 0 ? 'bottom' : depth % 2 === 0 ? [nested(depth - 1)] : { x: nested(depth - 1) }

const oddTexts: string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\\u0000',
  '\\',
  '"\'`',
  '\r\n\t\b\f\v',
  '\u2028\u2029',
  '\ufeffbom',
  '\ud800',
  'tail \udc00 lone',
  '\udc00\ud800',
  '😀 👩‍👩‍👧 e\u0301 \u00e9',
  '\u{10ffff}\uffff\ufffe',
  "'; DROP TABLE workflow_runs; --",
  '%s $1 ?1 :name @x',
  '\u001b[31mred',
  'null',
  '{"json":true}',
]

const oddKeys: string[] = [
  ...oddTexts,
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '0',
  '-1',
  'a.b',
]

const oddNumbers: number[] = [
  0,
  -1,
  0.1,
  1e308,
  -1e308,
  5e-324,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  123456789012345680000,
  1e21,
  1e-7,
]

/** `__proto__` becomes a member like any other only this way (or through `JSON.parse`). */
const objectOf = (keys: string[]): JsonObject =>
  Object.fromEntries(keys.map((key) => [key, `value of ${key}`]))

const oddValues: JsonObject = {
  texts: oddTexts,
  keys: objectOf(oddKeys),
  numbers: oddNumbers,
  'deep nesting': nested(200),
  'empty things': [{}, [], '', null, { '': {} }, [[]], false],
  'a long text': '€\u0000\ud800"'.repeat(5_000),
  'many keys': objectOf(Array.from({ length: 2_000 }, (_, index) => `key ${index}`)),
  'an object under __proto__': Object.fromEntries([['__proto__', { polluted: true }]]),
  'keys in an order of their own': { b: 1, a: 2, '10': 3, '9': 4, A: 5 },
}

const oddMembers: JsonObject = Object.fromEntries([
  ...Object.entries(oddValues),
  ...Object.entries(objectOf(oddKeys)),
])

const same = (actual: unknown, expected: unknown, what: string) =>
  assert.ok(JSON.stringify(actual) === JSON.stringify(expected), `${what} came back changed`)

/** Values that trip stores up: every JSON value is kept exactly. */
export const oddData = casesOf('odd data', {
  'any JSON value comes back from an event as it was': async ({ store, open }) => {
    const id = await startedRun(store)
    const written = Object.values(oddValues).map((structured) => nodeCompleted('a', { structured }))
    await store.appendEvents(id, batch(1, written))
    for (const handle of [store, await open()]) {
      const stored = await handle.getWorkflowEvents(id, { after: 1, limit: 100 })
      Object.entries(oddValues).forEach(([what, value], index) => {
        const payload = stored[index]?.payload ?? {}
        same('structured' in payload ? payload.structured : undefined, value, what)
      })
    }
  },

  'any text comes back from an output as it was': async ({ store }) => {
    const id = await startedRun(store)
    await store.appendEvents(
      id,
      batch(
        1,
        oddTexts.map((output, index) => nodeCompleted(`n${index}`, { output })),
      ),
    )
    const found = await store.getCompletedDagNodeOutputs(id)
    oddTexts.forEach((text, index) => {
      same(found.get(`n${index}`)?.output, text, JSON.stringify(text))
    })
  },

  'a text that begins with a byte order mark keeps it, also in a blob': async ({ store }) => {
    const id = await startedRun(store)
    const text = '\ufeffname;value'
    const bytes = new TextEncoder().encode(text)
    const output = { ref: 'out', bytes: bytes.length, sha256: '0'.repeat(64) }
    await store.appendEvents(
      id,
      batch(1, [nodeCompleted('a', { output })], { blobs: [{ ref: 'out', bytes }] }),
    )
    same((await store.getCompletedDagNodeOutputs(id)).get('a')?.output, text, 'the text')
  },

  'any JSON object comes back from inputs and metadata as it was': async ({ store, open }) => {
    const { id } = await store.createWorkflowRun(newRun({ inputs: oddMembers, metadata: oddMembers }))
    for (const handle of [store, await open()]) {
      const run = await theRun(handle, id)
      same(run.inputs, oddMembers, 'inputs')
      same(run.metadata, oddMembers, 'metadata')
    }
    const list = await store.listWorkflowRuns({}, { limit: 1 })
    assert.equal(list.items[0]?.id, id)
  },

  'metadata under any key is merged, replaced and taken out': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const put = objectOf(oddKeys)
    same(
      sorted((await store.updateWorkflowRun(id, { metadata: put })).metadata),
      sorted(put),
      'what was put in',
    )
    const taken = Object.fromEntries(oddKeys.map((key) => [key, null]))
    same((await store.updateWorkflowRun(id, { metadata: taken })).metadata, {}, 'what was taken out')
  },

  'any text comes back from user message, definition and names': async ({ store }) => {
    const text = oddTexts.join('|')
    const definition = {
      ...newRun().definition,
      source: text,
      path: text,
      files: Object.fromEntries(oddKeys.map((key) => [key, text])),
    }
    const workflowName = `n ${oddTexts.slice(4, 14).join('|')}`
    const run = newRun({ userMessage: text, definition, workflowName, idempotencyKey: workflowName })
    await store.createWorkflowRun(run)
    const stored = await theRun(store, run.id)
    same([stored.userMessage, stored.workflowName], [text, workflowName], 'a text')
    same(stored.idempotencyKey, workflowName, 'the idempotency key')
    same(sorted(stored.definition.files), sorted(definition.files), 'the files')
    same([stored.definition.source, stored.definition.path], [text, text], 'the source')
    const page = await store.listWorkflowRuns({ workflowName }, { limit: 10 })
    assert.equal(page.items.length, 1, 'a run was not found by its odd workflow name')
    same((await store.createWorkflowRun(run)).id, run.id, 'the run created again')
  },

  'any text can be a signal id or a commit id, and stays apart from every other': async ({ store }) => {
    const id = await startedRun(store)
    const ids = [...new Set([...oddKeys.filter((text) => text !== ''), 'é', 'e\u0301', 'A', 'a', 'a ', ' a'])]
    for (const [index, signalId] of ids.entries()) {
      const sent = await store.sendSignal(id, newCancel({ id: signalId, payload: index }))
      assert.equal(sent.sequence, index + 1, `signal id ${JSON.stringify(signalId)} counts as another`)
      const commit = batch(index + 1, [nodeCompleted('a', { exitCode: index })], { commitId: signalId })
      assert.equal((await store.appendEvents(id, commit)).lastSequence, index + 2)
    }
    const stored = await everythingOf(store, id)
    same(
      stored?.signals.map((signal) => signal.id),
      ids,
      'a signal id',
    )
    same(
      stored?.events.slice(1).map((event) => event.commitId),
      ids,
      'a commit id',
    )
  },

  'any JSON value comes back from a signal as it was': async ({ store }) => {
    const id = await startedRun(store)
    for (const [what, payload] of Object.entries(oddValues)) {
      const sent = await store.sendSignal(id, newCancel({ payload, by: oddTexts.slice(0, 6).join('|') }))
      same(sent.payload, payload, what)
    }
    const stored = await store.getSignals(id, { limit: 100 })
    same(
      stored.map((signal) => signal.payload),
      Object.values(oddValues),
      'a payload',
    )
  },

  'any text comes back from the error of a failed run': async ({ store }) => {
    const error = { code: 'odd', message: oddTexts.join('|'), facts: objectOf(oddKeys) }
    const id = await startedRun(store)
    await store.failWorkflowRun(id, error)
    same(sorted((await theRun(store, id)).error ?? {}), sorted(error), 'the error')
    const [, event] = await store.getWorkflowEvents(id, { limit: 10 })
    const wanted: NewEvent = { type: 'workflow_failed', payload: { error } }
    same(sorted(event?.payload ?? {}), sorted(wanted.payload), 'the event')
  },

  'the longest node paths and commit ids are kept': async ({ store }) => {
    const id = await startedRun(store)
    const nodeId = `n${'/0123456789'.repeat(93)}`.slice(0, 1_024)
    const commitId = 'c'.repeat(128)
    await store.appendEvents(id, batch(1, [nodeCompleted(nodeId, { output: 'deep' })], { commitId }))
    assert.equal((await store.getCompletedDagNodeOutputs(id)).get(nodeId)?.output, 'deep')
    const [, event] = await store.getWorkflowEvents(id, { limit: 10 })
    assert.equal(event?.commitId, commitId)
  },
})

/** The same object with its members in the order of their names, all the way down. */
function sorted(value: object): Json {
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, member !== null && typeof member === 'object' ? sorted(member) : member]),
  )
}

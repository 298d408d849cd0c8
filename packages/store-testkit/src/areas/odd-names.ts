import assert from 'node:assert/strict'
import { currentOwner, type NewSignal } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeCompleted, runStarted } from '../sample-events.ts'
import {
  batch,
  claimBatch,
  foreignOwner,
  granted,
  longTtl,
  newCancel,
  newRun,
  startedRun,
  theRun,
} from '../sample-runs.ts'
import { everythingOf } from '../store-assertions.ts'

/** Texts that are taken for one another by whoever folds case, trims, normalizes, cuts at a NUL or replaces surrogates. */
const lookalikes: string[] = [
  ...['name', 'Name', 'NAME', 'name ', ' name', 'name  ', 'name\t', 'name\n'],
  ...['name\u0000', 'name\u0000\u0000', 'name\u0000x', '\u0000', '\u0000\u0000'],
  ...[
    '\u00e9',
    'e\u0301',
    '\u00c9',
    'e',
    '\ufb01',
    'fi',
    '\u1e9e',
    '\u00df',
    'ss',
    'SS',
    'i',
    'I',
    '\u0130',
    '\u0131',
  ],
  ...['\u212b', '\u00c5', 'A\u030a', '\uff41', 'a', 'na\u200bme', '\ufeffname', 'na\u00adme'],
  ...['\ud800', '\ud801', '\udc00', '\ufffd', '\ufffd\ufffd', '\ud800\ufffd', '\udc00\ud800', '\u{10000}'],
  ...[
    '1',
    '01',
    '1.0',
    '1e0',
    'true',
    'null',
    'undefined',
    '\\u0000',
    '\\',
    '\\\\',
    "'",
    "''",
    '%',
    '_',
    '*',
  ],
]

const longest = { 'of three bytes each': '€', 'outside the first plane': '😀', 'that are NUL': '\u0000' }

const answerBy = (by: string, id: string): NewSignal => ({
  ...{ id, by, kind: 'answer' },
  gate: { nodeId: 'gate', opened: 1 },
})

/** Names that look alike are different names, wherever text is a name. */
export const oddNames = casesOf('odd data', {
  'idempotency keys that look alike are different keys': async ({ store, open }) => {
    const ids = new Map<string, string>()
    for (const idempotencyKey of lookalikes) {
      const { id } = await store.createWorkflowRun(newRun({ idempotencyKey }))
      assert.ok(![...ids.values()].includes(id), `key ${JSON.stringify(idempotencyKey)} counts as another`)
      ids.set(idempotencyKey, id)
    }
    const other = await open()
    for (const [idempotencyKey, id] of ids) {
      const again = await other.createWorkflowRun(newRun({ idempotencyKey }))
      assert.deepEqual([again.id, again.idempotencyKey], [id, idempotencyKey])
    }
  },

  'commit ids that look alike are different commits': async ({ store, open }) => {
    const id = await startedRun(store)
    const appends = lookalikes.map((commitId, index) =>
      batch(1 + index, [nodeCompleted('a', { output: commitId })], { commitId }),
    )
    const results = []
    for (const append of appends) results.push(await store.appendEvents(id, append))
    assert.equal(
      (await theRun(store, id)).lastSequence,
      1 + lookalikes.length,
      'a commit id counts as another',
    )
    const other = await open()
    for (const [index, append] of appends.entries()) {
      assert.deepEqual(await other.appendEvents(id, append), results[index], JSON.stringify(append.commitId))
    }
    const events = await other.getWorkflowEvents(id, { after: 1, limit: 1_000 })
    assert.deepEqual(
      events.map(({ commitId }) => commitId),
      lookalikes,
    )
  },

  'signal ids and senders that look alike are different ones': async ({ store, open }) => {
    const id = await startedRun(store)
    const sent = []
    for (const name of lookalikes) sent.push(await store.sendSignal(id, answerBy(name, name)))
    const other = await open()
    for (const [index, name] of lookalikes.entries()) {
      assert.deepEqual(await other.sendSignal(id, answerBy(name, name)), sent[index], JSON.stringify(name))
    }
    const kept = await other.getSignals(id, { limit: 1_000 })
    assert.deepEqual(
      kept.map(({ sequence, by }) => [sequence, by]),
      lookalikes.map((name, index) => [index + 1, name]),
    )
  },

  'workflow names that look alike are different workflows': async ({ store, open }) => {
    const ids = new Map<string, string>()
    for (const workflowName of lookalikes) {
      ids.set(workflowName, (await store.createWorkflowRun(newRun({ workflowName }))).id)
    }
    const other = await open()
    for (const [workflowName, id] of ids) {
      const { items } = await other.listWorkflowRuns({ workflowName }, { limit: 100 })
      const found = items.map((run) => [run.id, run.workflowName])
      assert.deepEqual(found, [[id, workflowName]], `runs of ${JSON.stringify(workflowName)}`)
    }
  },

  'commits of claims that look alike are different grants': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    for (const [index, commitId] of lookalikes.slice(0, 20).entries()) {
      const { claim } = await granted(
        store.claimWorkflowRun(id, currentOwner(), longTtl, { ...claimBatch(index), commitId }),
      )
      assert.equal(claim.number, index + 1, `commit ${JSON.stringify(commitId)} counts as another`)
      const release = batch(index + 1, [], { claim, release: true, expectedSignal: 0 })
      await store.appendEvents(id, release)
    }
  },

  'an owner comes back as it said it was': async ({ store, open }) => {
    const odd = lookalikes.slice(8, 20).join('|')
    const owner = { ...foreignOwner(), id: odd, host: odd, bootId: odd, pidNamespace: odd, processStart: odd }
    const { id } = await store.createWorkflowRun(newRun())
    await granted(store.claimWorkflowRun(id, owner, longTtl, claimBatch(0)))
    for (const handle of [store, await open()]) {
      assert.deepEqual((await theRun(handle, id)).claim?.owner, owner)
    }
  },

  'paths of nodes and names of blobs that differ in case are different': async ({ store, open }) => {
    const id = await startedRun(store)
    const names = ['build', 'Build', 'BUILD', 'build-', 'build_', 'con', 'CON', 'nul']
    const events = names.map((name) => nodeCompleted(name, { output: `of ${name}` }))
    const blobs = [...names, 'build.', 'a/b', 'a/B', 'a_b'].map((ref) => ({ ref, bytes: Buffer.from(ref) }))
    await store.appendEvents(id, batch(1, events, { blobs }))
    for (const handle of [store, await open()]) {
      const outputs = await handle.getCompletedDagNodeOutputs(id)
      for (const name of names) assert.equal(outputs.get(name)?.output, `of ${name}`)
      for (const { ref } of blobs) assert.equal(Buffer.from(await handle.readBlob(id, ref)).toString(), ref)
    }
  },

  'run ids that look alike have logs, signals and claims of their own': async ({ store, open }) => {
    const ids = [
      'deploy',
      'Deploy',
      'DEPLOY',
      'deploy-',
      'deploy_',
      'deploy.',
      'deploy.json',
      '1',
      '01',
      '1e0',
    ]
    for (const [index, id] of ids.entries()) {
      await store.createWorkflowRun(newRun({ id }))
      const events = [runStarted(), nodeCompleted('a', { output: id })]
      await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0, events)))
      for (let sent = 0; sent <= index; sent++) await store.sendSignal(id, newCancel({ by: id }))
    }
    const other = await open()
    for (const [index, id] of ids.entries()) {
      const seen = await everythingOf(other, id)
      assert.deepEqual([seen?.run.id, seen?.run.lastSignal, seen?.run.claim?.number], [id, index + 1, 1])
      assert.equal((await other.getCompletedDagNodeOutputs(id)).get('a')?.output, id)
    }
  },

  ...Object.fromEntries(
    Object.entries(longest).map(([what, character]): [string, Parameters<typeof casesOf>[1][string]] => [
      `names are as long as they may be, also of characters ${what}`,
      async ({ store, open }) => {
        const long = (length: number) => character.repeat(length / character.length)
        const run = newRun({ workflowName: long(256), idempotencyKey: long(256) })
        const { id } = await store.createWorkflowRun(run)
        const commitId = long(128)
        const first = await store.appendEvents(id, batch(0, [runStarted()], { commitId }))
        assert.equal(first.lastSequence, 1)
        const sent = await store.sendSignal(id, newCancel({ id: long(128), by: long(256) }))
        const other = await open()
        const { items } = await other.listWorkflowRuns({ workflowName: long(256) }, { limit: 2 })
        assert.deepEqual(
          items.map((item) => [item.workflowName, item.idempotencyKey]),
          [[long(256), long(256)]],
        )
        assert.equal((await other.createWorkflowRun(run)).id, id)
        assert.equal((await other.getWorkflowEvents(id, { limit: 1 }))[0]?.commitId, commitId)
        assert.deepEqual(await other.getSignals(id, { limit: 1 }), [sent])
      },
    ]),
  ),
})

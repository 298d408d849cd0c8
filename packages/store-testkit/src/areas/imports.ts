import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  currentOwner,
  digestRun,
  type IWorkflowStore,
  importsRuns,
  type RunSnapshot,
  type WorkflowEvent,
} from '@ion/store'
import { type ConformanceCase, casesOf } from '../conformance-case.ts'
import { longForm } from '../effort.ts'
import { elsewhere, eventfulRun, importing, sampleBlob, snapshotFrom } from '../imported-runs.ts'
import {
  nodeCompleted,
  nodeFailed,
  nodeStarted,
  resumed,
  runCancelled,
  runCompleted,
  runFailed,
  runStarted,
} from '../sample-events.ts'
import { batch, claimBatch, granted, longTtl, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import { spoilings } from '../spoiled-snapshots.ts'
import { assertRefused, everythingOf } from '../store-assertions.ts'

const declared: ConformanceCase = {
  area: 'imports',
  name: 'whether runs of other stores can be imported is as declared',
  async run({ store, subject: { offers = [] } }) {
    assert.equal(importsRuns(store), offers.includes('imports'))
  },
}

/** Runs as they were in another store. */
export const imports = [
  declared,
  ...casesOf(
    'imports',
    {
      'an imported run is the same in everything: record, log, signals, blobs': async ({ store, open }) => {
        const source = elsewhere()
        const id = await eventfulRun(source, {
          idempotencyKey: 'k',
          metadata: { first: 1 },
          inputs: { a: 'b' },
        })
        const imported = await importing(store).importWorkflowRun(await snapshotFrom(source, id))
        assert.deepEqual(imported, await theRun(source, id))
        for (const handle of [store, await open()]) {
          assert.deepEqual(await everythingOf(handle, id), await everythingOf(source, id))
          const { output, bytes } = sampleBlob('a large output, or nearly')
          assert.deepEqual(await handle.readBlob(id, output.ref), bytes)
          assert.equal(await digestRun(handle, id), await digestRun(source, id))
          const outputs = await handle.getCompletedDagNodeOutputs(id)
          assert.deepEqual(outputs, await source.getCompletedDagNodeOutputs(id))
        }
      },

      'a run comes over with whatever status it has': async ({ store }) => {
        const source = elsewhere()
        const ends = [
          [],
          [runCompleted()],
          [runFailed()],
          [runCancelled({ signal: 1 })],
          [runFailed(), resumed()],
        ]
        const ids = [(await source.createWorkflowRun(newRun({ wakeAt: '2031-01-01T00:00:00.000Z' }))).id]
        for (const events of ends) {
          const id = await startedRun(source)
          await source.sendSignal(id, newCancel())
          for (const event of events) await source.createWorkflowEvent(id, event)
          ids.push(id)
        }
        const paused = await startedRun(source)
        await source.updateWorkflowRun(paused, { status: 'paused' })
        const endedPaused = await startedRun(source)
        await source.updateWorkflowRun(endedPaused, { status: 'paused' })
        await source.updateWorkflowRun(endedPaused, { status: 'cancelled' })
        const neverStarted = await source.createWorkflowRun(newRun())
        await source.updateWorkflowRun(neverStarted.id, { priority: 3, wakeAt: '2031-01-01T00:00:00.000Z' })
        for (const id of [...ids, paused, endedPaused, neverStarted.id]) {
          await importing(store).importWorkflowRun(await snapshotFrom(source, id))
          assert.deepEqual(await everythingOf(store, id), await everythingOf(source, id))
        }
      },

      'an imported run goes on where it was': async ({ store }) => {
        const source = elsewhere()
        const id = await eventfulRun(source)
        await importing(store).importWorkflowRun(await snapshotFrom(source, id))
        const answer = nodeCompleted('gate', { signal: 2, decision: 'approve' })
        const claiming = store.claimWorkflowRun(
          id,
          currentOwner(),
          longTtl,
          claimBatch(7, [resumed(), answer]),
        )
        const { claim, lastSequence, lastSignal } = await granted(claiming)
        assert.deepEqual([lastSequence, lastSignal], [9, 2])
        assert.equal((await store.sendSignal(id, newCancel())).sequence, 3)
        await store.appendEvents(id, batch(9, [runCompleted()], { claim, expectedSignal: 3 }))
        const { run, events, signals } = (await everythingOf(store, id)) ?? assert.fail()
        assert.deepEqual([run.status, run.lastSequence, run.lastSignal], ['completed', 10, 3])
        const before = await everythingOf(source, id)
        assert.deepEqual(events.slice(0, 7), before?.events)
        assert.deepEqual(signals.slice(0, 2), before?.signals)
        assert.equal(run.startedAt, before?.run.startedAt)
      },

      'a signal that was sent before is known by its id': async ({ store }) => {
        const source = elsewhere()
        const id = await startedRun(source)
        const sent = await source.sendSignal(id, newCancel({ id: 'once' }))
        await importing(store).importWorkflowRun(await snapshotFrom(source, id))
        assert.deepEqual(await store.sendSignal(id, newCancel({ id: 'once' })), sent)
        await assertRefused(store.sendSignal(id, newCancel({ id: 'once', by: 'eve' })), 'conflict')
      },

      'the same run again has no effect; another one of its id is refused': async ({ store }) => {
        const source = elsewhere()
        const id = await eventfulRun(source)
        await importing(store).importWorkflowRun(await snapshotFrom(source, id))
        const before = await everythingOf(store, id)
        const again = await importing(store).importWorkflowRun(await snapshotFrom(source, id))
        assert.deepEqual(again, before?.run)
        await source.sendSignal(id, newCancel())
        const changed = snapshotFrom(source, id)
        await assertRefused(importing(store).importWorkflowRun(await changed), 'already_exists')
        await assertRefused(importing(store).importWorkflowRun(await freshRun(id)), 'already_exists')
        assert.deepEqual(await everythingOf(store, id), before)
      },

      'an idempotency key that another run has is refused, naming that run': async ({ store }) => {
        const taken = await startedRun(store, { idempotencyKey: 'k' })
        const source = elsewhere()
        const id = await startedRun(source, { idempotencyKey: 'k' })
        const error = await importing(store)
          .importWorkflowRun(await snapshotFrom(source, id))
          .catch((error) => [error.code, error.details.id])
        assert.deepEqual(error, ['already_exists', taken])
        assert.equal(await store.getWorkflowRun(id), null)
      },

      'a creation of the same content finds the imported run': async ({ store }) => {
        const source = elsewhere()
        const created = newRun({ idempotencyKey: 'k', metadata: { a: 1 } })
        const { id } = await source.createWorkflowRun(created)
        await source.appendEvents(id, batch(0, [runStarted()]))
        await importing(store).importWorkflowRun(await snapshotFrom(source, id))
        assert.equal((await store.createWorkflowRun(created)).lastSequence, 1)
        assert.equal((await store.createWorkflowRun({ ...created, id: randomUUID() })).id, id)
        const other = store.createWorkflowRun({ ...created, userMessage: 'other' })
        await assertRefused(other, 'already_exists')
      },

      'a snapshot that can not be right is refused, and nothing of it lands': async ({ store }) => {
        for (const [what, spoil] of Object.entries(spoilings)) {
          const source = elsewhere()
          const id = await eventfulRun(source, { idempotencyKey: 'k' })
          const spoiled = await spoil(await snapshotFrom(source, id))
          await assertRefused(importing(store).importWorkflowRun(spoiled), 'invalid_record', what)
          await assertNothing(store, id)
        }
        const { status } = await store.createWorkflowRun(newRun({ idempotencyKey: 'k' }))
        assert.equal(status, 'pending')
      },

      'what can not be read to its end does not land': async ({ store }) => {
        const source = elsewhere()
        const id = await eventfulRun(source, { idempotencyKey: 'k' })
        for (const part of ['signals', 'events', 'blobs'] as const) {
          const snapshot = { ...(await snapshotFrom(source, id)), [part]: breakingOff() }
          await assert.rejects(importing(store).importWorkflowRun(snapshot), /the source is gone/)
          await assertNothing(store, id)
        }
        await importing(store).importWorkflowRun(await snapshotFrom(source, id))
      },

      'a run is not to be seen before all of it is there': async ({ store, open }) => {
        const source = elsewhere()
        const id = await eventfulRun(source)
        const other = await open()
        const snapshot = await snapshotFrom(source, id)
        async function* blobs() {
          yield* snapshot.blobs
          for (const handle of [store, other]) await assertNothing(handle, id)
        }
        await importing(store).importWorkflowRun({ ...snapshot, blobs: blobs() })
        assert.equal((await theRun(other, id)).lastSequence, 7)
      },

      'imports of one run at the same time make one run': async ({ store, open }) => {
        const source = elsewhere()
        const id = await eventfulRun(source, { idempotencyKey: 'k' })
        const handles = [store, await open(), store].map(importing)
        const snapshots = await Promise.all(handles.map(() => snapshotFrom(source, id)))
        const runs = await Promise.all(
          handles.map((each, at) => each.importWorkflowRun(snapshots[at] ?? assert.fail())),
        )
        for (const run of runs) assert.deepEqual(run, await theRun(source, id))
        assert.equal((await store.listWorkflowRuns({}, { limit: 10 })).items.length, 1)
        assert.equal(await digestRun(store, id), await digestRun(source, id))
      },

      'an imported run has its place in lists by the time it was created': async ({ store }) => {
        const source = elsewhere()
        const old = await startedRun(source)
        const late = await store.createWorkflowRun(newRun())
        await importing(store).importWorkflowRun(await snapshotFrom(source, old))
        const { items } = await store.listWorkflowRuns({}, { limit: 10 })
        assert.deepEqual(
          items.map(({ id }) => id),
          [late.id, old],
        )
      },

      'an imported run can be deleted, and imported again': async ({ store }) => {
        const source = elsewhere()
        const id = await eventfulRun(source, { idempotencyKey: 'k' })
        for (let round = 0; round < 2; round++) {
          await importing(store).importWorkflowRun(await snapshotFrom(source, id))
          assert.deepEqual(await everythingOf(store, id), await everythingOf(source, id))
          await store.deleteWorkflowRun(id)
          await assertNothing(store, id)
        }
      },

      'odd texts and values come over as they are': async ({ store }) => {
        const odd = 'NUL \0, lone \ud800, \ufeff, \\u0000, "quotes", é, 𝄞'
        const hostile = JSON.parse('{"__proto__": {"a": 1}, "n": 1e308, "é\\u0000": [null, ""]}')
        const source = elsewhere()
        const { id } = await source.createWorkflowRun(
          newRun({
            workflowName: odd,
            userMessage: odd,
            idempotencyKey: odd,
            metadata: hostile,
            inputs: hostile,
          }),
        )
        const events = [runStarted(), nodeCompleted('a', { output: odd, structured: hostile })]
        await source.appendEvents(id, { ...batch(0, events), commitId: `commit ${odd}` })
        await source.sendSignal(id, newCancel({ id: odd, by: odd, payload: hostile }))
        await source.failWorkflowRun(id, { code: 'odd', message: odd, more: hostile })
        await importing(store).importWorkflowRun(await snapshotFrom(source, id))
        assert.deepEqual(await everythingOf(store, id), await everythingOf(source, id))
        assert.equal(await digestRun(store, id), await digestRun(source, id))
      },

      'an event over the limit of the store is refused as too_large': async ({ store }) => {
        const source = elsewhere()
        const id = await startedRun(source)
        const snapshot = await snapshotFrom(source, id)
        const limit = store.abilities.maxEventBytes
        if (limit > 32 * 1024 * 1024) return
        const [first] = await source.getWorkflowEvents(id, { limit: 1 })
        const events = [{ ...first, payload: { text: 'x'.repeat(limit) } } as WorkflowEvent]
        await assertRefused(importing(store).importWorkflowRun({ ...snapshot, events }), 'too_large')
        await assertNothing(store, id)
      },

      'a long log with many large outputs comes over whole': async ({ store }) => {
        const source = elsewhere()
        const id = await startedRun(source)
        const rounds = longForm ? 2_000 : 60
        for (let round = 0; round < rounds; round++) {
          const large = sampleBlob(`${round} ${'x'.repeat(round % 10 === 0 ? 100_000 : 10)}`)
          const output = round % 10 === 0 ? large.output : `small ${round}`
          const blobs = round % 10 === 0 ? [{ ref: large.output.ref, bytes: large.bytes }] : []
          const many = Array.from({ length: 9 }, () => nodeFailed('a', { willRetry: true }))
          const events = [nodeStarted('a'), ...many, nodeCompleted('a', { output })]
          await source.appendEvents(id, batch(1 + round * events.length, events, { blobs }))
        }
        await importing(store).importWorkflowRun(await snapshotFrom(source, id))
        assert.equal((await theRun(store, id)).lastSequence, 1 + rounds * 11)
        assert.equal(await digestRun(store, id), await digestRun(source, id))
      },
    },
    ['imports'],
  ),
]

async function freshRun(id: string): Promise<RunSnapshot> {
  const source = elsewhere()
  await source.createWorkflowRun(newRun({ id }))
  return await snapshotFrom(source, id)
}

async function assertNothing(store: IWorkflowStore, id: string): Promise<void> {
  assert.equal(await store.getWorkflowRun(id), null)
  assert.deepEqual((await store.listWorkflowRuns({}, { limit: 10 })).items, [])
  await assertRefused(store.getWorkflowEvents(id, { limit: 10 }), 'not_found')
  await assertRefused(store.getSignals(id, { limit: 10 }), 'not_found')
}

async function* breakingOff(): AsyncGenerator<never> {
  yield await Promise.reject<never>(new Error('the source is gone'))
}

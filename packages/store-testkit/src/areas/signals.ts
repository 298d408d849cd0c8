import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { NewSignal } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeStarted, runCompleted } from '../sample-events.ts'
import { claimedRun, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, assertRefusedWithoutEffect, assertTime, everythingOf } from '../store-assertions.ts'

const answer = (changes: Partial<NewSignal> = {}): NewSignal => ({
  id: randomUUID(),
  kind: 'answer',
  gate: { nodeId: 'review/rework/1', opened: 2 },
  by: 'ann',
  payload: { decision: 'approve', text: 'fine' },
  ...changes,
})

const malformed: { [what: string]: object } = {
  'an empty id': { ...newCancel(), id: '' },
  'an id over 128 characters': { ...newCancel(), id: 'i'.repeat(129) },
  'a kind that is none': { ...newCancel(), kind: 'pause' },
  'an answer to no gate': { id: 'a', kind: 'answer' },
  'a cancel that names a gate': { ...answer(), kind: 'cancel' },
  'a gate with a bad path': answer({ gate: { nodeId: '../x', opened: 2 } }),
  'a gate opened before the first event': answer({ gate: { nodeId: 'x', opened: 0 } }),
  'a payload that is not JSON': { ...newCancel(), payload: { at: new Date() } },
  'an unknown member': { ...newCancel(), colour: 'red' },
}

/** Word from outside. */
export const signals = casesOf('signals', {
  'a signal comes back with number, time, run and the place in the log': async ({ store, open }) => {
    const id = await startedRun(store)
    await store.createWorkflowEvent(id, nodeStarted('a'))
    const signal = answer()
    const sent = await store.sendSignal(id, signal)
    assertTime(sent.sentAt)
    assert.deepEqual(sent, { ...signal, runId: id, sequence: 1, sentAt: sent.sentAt, atEvent: 2 })
    for (const handle of [store, await open()]) {
      assert.deepEqual(await handle.getSignals(id, { limit: 10 }), [sent])
      assert.equal((await theRun(handle, id)).lastSignal, 1)
    }
  },

  'a signal without payload, gate and sender has none when it comes back': async ({ store }) => {
    const id = await startedRun(store)
    const sent = await store.sendSignal(id, { id: 'stop', kind: 'cancel' })
    assert.deepEqual(Object.keys(sent).sort(), ['atEvent', 'id', 'kind', 'runId', 'sentAt', 'sequence'])
    assert.deepEqual(await store.getSignals(id, { limit: 1 }), [sent])
  },

  'signals are numbered 1, 2, 3 … per run': async ({ store }) => {
    const [one, two] = [await startedRun(store), await startedRun(store)]
    for (const sequence of [1, 2, 3]) {
      assert.equal((await store.sendSignal(one, newCancel())).sequence, sequence)
    }
    assert.equal((await store.sendSignal(two, newCancel())).sequence, 1)
    assert.equal((await theRun(store, one)).lastSignal, 3)
  },

  'the same signal again gives the first one and has no second effect': async ({ store, open }) => {
    const id = await startedRun(store)
    const signal = answer()
    const first = await store.sendSignal(id, signal)
    await store.createWorkflowEvent(id, nodeStarted('a'))
    await store.sendSignal(id, newCancel())
    const before = await everythingOf(store, id)
    for (const handle of [store, await open()]) {
      assert.deepEqual(await handle.sendSignal(id, signal), first)
      assert.deepEqual(await everythingOf(handle, id), before)
    }
  },

  'the same signal id with other content is refused as conflict': async ({ store }) => {
    const id = await startedRun(store)
    const signal = answer()
    await store.sendSignal(id, signal)
    const others: { [what: string]: NewSignal } = {
      'another payload': { ...signal, payload: { decision: 'reject' } },
      'another sender': { ...signal, by: 'bob' },
      'another opening': { ...signal, gate: { nodeId: 'review/rework/1', opened: 3 } },
      'another kind': { id: signal.id, kind: 'cancel' },
    }
    for (const [what, other] of Object.entries(others)) {
      await assertRefusedWithoutEffect(store, id, () => store.sendSignal(id, other), 'conflict', what)
    }
  },

  'the same signal id on another run is another signal': async ({ store }) => {
    const [one, two] = [await startedRun(store), await startedRun(store)]
    await store.sendSignal(one, newCancel({ id: 'stop', by: 'ann' }))
    assert.equal((await store.sendSignal(two, newCancel({ id: 'stop', by: 'bob' }))).by, 'bob')
  },

  'a signal needs no claim, and reaches a run in whatever status': async ({ store }) => {
    const { id: pending } = await store.createWorkflowRun(newRun())
    const { id: held } = await claimedRun(store)
    const paused = await startedRun(store)
    await store.updateWorkflowRun(paused, { status: 'paused' })
    const completed = await startedRun(store)
    await store.createWorkflowEvent(completed, runCompleted())
    for (const id of [pending, held, paused, completed]) {
      const before = await theRun(store, id)
      await store.sendSignal(id, newCancel())
      const after = await theRun(store, id)
      assert.deepEqual(after, { ...before, lastSignal: 1, updatedAt: after.updatedAt })
    }
  },

  'a malformed signal is refused as invalid_record without effect': async ({ store }) => {
    const id = await startedRun(store)
    for (const [what, signal] of Object.entries(malformed)) {
      const send = () => store.sendSignal(id, signal as NewSignal)
      await assertRefusedWithoutEffect(store, id, send, 'invalid_record', what)
    }
  },

  'signals of a run that is not there are refused as not_found': async ({ store }) => {
    await assertRefused(store.sendSignal(randomUUID(), newCancel()), 'not_found', 'sending')
    await assertRefused(store.getSignals(randomUUID(), { limit: 1 }), 'not_found', 'reading')
  },
})

import assert from 'node:assert/strict'
import {
  hasEnded,
  type IWorkflowStore,
  type NewEvent,
  type RunStatus,
  runStatuses,
  runTransitions,
} from '@ion/store'
import { type ConformanceCase, casesOf } from '../conformance-case.ts'
import {
  nodeCompleted,
  nodeFailed,
  nodeSkipped,
  nodeStarted,
  runCancelled,
  runCompleted,
  runFailed,
  runStarted,
} from '../sample-events.ts'
import { batch, claimedRun, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertLog, assertRefusedWithoutEffect, assertTime } from '../store-assertions.ts'

const eventsTo: Record<Exclude<RunStatus, 'pending'>, NewEvent[]> = {
  running: [runStarted()],
  paused: [],
  completed: [runCompleted()],
  failed: [runFailed()],
  cancelled: [runCancelled()],
}

/** A run with this status and, but for a pending one, a log. */
async function runThatIs(store: IWorkflowStore, status: RunStatus): Promise<string> {
  const { id } = await store.createWorkflowRun(newRun())
  if (status === 'pending') return id
  await store.appendEvents(id, batch(0, [runStarted()]))
  if (status !== 'running') await moveTo(store, id, status)
  return id
}

async function moveTo(store: IWorkflowStore, id: string, status: Exclude<RunStatus, 'pending'>) {
  const { lastSequence, lastSignal } = await theRun(store, id)
  return await store.appendEvents(
    id,
    batch(lastSequence, eventsTo[status], { expectedSignal: lastSignal, run: { status } }),
  )
}

const targets = ['running', 'paused', 'completed', 'failed', 'cancelled'] as const
const nodeEvents = [nodeStarted('a'), nodeCompleted('a'), nodeFailed('a'), nodeSkipped('a')]

function movesFrom(from: RunStatus): ConformanceCase['run'] {
  return async ({ store }) => {
    for (const to of targets) {
      if (from === to && to === 'paused') continue
      const id = await runThatIs(store, from)
      if (runTransitions[from].includes(to)) {
        await moveTo(store, id, to)
        assert.equal((await theRun(store, id)).status, to)
      } else {
        const move = () => moveTo(store, id, to)
        await assertRefusedWithoutEffect(store, id, move, 'invalid_transition', `${from} to ${to}`)
      }
    }
  }
}

const table = Object.fromEntries(
  runStatuses.map((from) => [
    `a ${from} run becomes ${runTransitions[from].join(', ') || 'nothing else'}, and nothing but that`,
    movesFrom(from),
  ]),
)

/** How a run's status moves. */
export const transitions = casesOf('transitions', {
  ...table,

  'a run that is not running takes no node event': async ({ store }) => {
    for (const status of runStatuses) {
      if (status === 'running') continue
      const id = await runThatIs(store, status)
      const { lastSequence } = await theRun(store, id)
      for (const event of nodeEvents) {
        const append = () => store.appendEvents(id, batch(lastSequence, [event]))
        await assertRefusedWithoutEffect(store, id, append, 'invalid_transition', `${status}: ${event.type}`)
      }
    }
  },

  'a run can go through its whole life in one append': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const life = [runStarted(), nodeStarted('a'), runFailed(), runStarted({ resumed: true }), runCompleted()]
    await store.appendEvents(id, batch(0, life, { expectedSignal: 0 }))
    assert.equal((await theRun(store, id)).status, 'completed')
  },

  'the record says when a run first started, when it ended, and why it failed': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const started = await store.createWorkflowEvent(id, runStarted())
    const failed = await store.failWorkflowRun(id, { code: 'exit', message: 'boom', exitCode: 3 })
    assertTime(failed.finishedAt)
    assert.equal(failed.startedAt, started.timestamp)
    assert.deepEqual(failed.error, { code: 'exit', message: 'boom', exitCode: 3 })
    await store.createWorkflowEvent(id, runStarted({ resumed: true }))
    const again = await theRun(store, id)
    assert.deepEqual([again.startedAt, again.finishedAt, again.error], [started.timestamp, null, null])
  },

  'a start clears wakeAt, unless its append sets one': async ({ store }) => {
    const wakeAt = '2031-01-01T00:00:00.000Z'
    const id = await startedRun(store)
    await store.appendEvents(id, batch(1, [], { expectedSignal: 0, run: { status: 'paused', wakeAt } }))
    assert.equal((await theRun(store, id)).wakeAt, wakeAt)
    await store.appendEvents(id, batch(1, [runStarted({ resumed: true })]))
    assert.equal((await theRun(store, id)).wakeAt, null)
    await store.appendEvents(id, batch(2, [runStarted({ resumed: true })], { run: { wakeAt } }))
    assert.equal((await theRun(store, id)).wakeAt, wakeAt)
  },

  'a run that is paused or has ended is held by nobody': async ({ store }) => {
    for (const status of ['paused', 'completed', 'failed', 'cancelled'] as const) {
      const { id, claim } = await claimedRun(store)
      const rest = { claim, expectedSignal: 0, run: { status } }
      await store.appendEvents(id, batch(1, eventsTo[status], rest))
      const run = await theRun(store, id)
      assert.deepEqual([run.status, run.claim], [status, null])
      assert.equal(run.finishedAt !== null, hasEnded(status))
    }
  },

  'an append that pauses, ends or releases must name the last signal': async ({ store }) => {
    for (const status of ['paused', 'completed', 'failed', 'cancelled'] as const) {
      const id = await startedRun(store)
      const append = batch(1, eventsTo[status], { run: { status } })
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'invalid_record')
    }
    const { id, claim } = await claimedRun(store)
    const release = batch(1, [], { claim, release: true })
    await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, release), 'invalid_record')
  },

  'a run does not pause, end or let go while there is a signal its writer has not seen': async ({
    store,
  }) => {
    for (const status of ['paused', 'completed', 'failed', 'cancelled'] as const) {
      const id = await startedRun(store)
      await store.sendSignal(id, newCancel())
      const append = batch(1, eventsTo[status], { run: { status }, expectedSignal: 0 })
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'conflict', status)
      await store.appendEvents(id, { ...append, expectedSignal: 1 })
      assert.equal((await theRun(store, id)).status, status)
    }
    const { id, claim } = await claimedRun(store)
    await store.sendSignal(id, newCancel())
    const release = batch(1, [], { claim, release: true, expectedSignal: 0 })
    await assertRefusedWithoutEffect(
      store,
      id,
      () => store.appendEvents(id, release),
      'conflict',
      'a release',
    )
  },

  'a run that starts and stops in one append minds signals like any other': async ({ store }) => {
    const wakeAt = '2031-01-01T00:00:00.000Z'
    const stops = { failed: [runStarted(), runFailed('again')], paused: [runStarted(), nodeStarted('a')] }
    for (const status of ['failed', 'paused'] as const) {
      const id = await runThatIs(store, status)
      const { lastSequence } = await theRun(store, id)
      await store.sendSignal(id, newCancel())
      const append = batch(lastSequence, stops[status], { run: { status, wakeAt } })
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, append), 'invalid_record')
      const behind = { ...append, expectedSignal: 0 }
      await assertRefusedWithoutEffect(store, id, () => store.appendEvents(id, behind), 'conflict')
      await store.appendEvents(id, { ...append, expectedSignal: 1 })
      const run = await theRun(store, id)
      assert.deepEqual(
        [run.status, run.wakeAt, run.finishedAt !== null],
        [status, wakeAt, status === 'failed'],
      )
    }
  },

  'updateWorkflowRun writes the event that belongs to a status': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    assert.equal((await store.updateWorkflowRun(id, { status: 'running' })).status, 'running')
    assert.equal((await store.updateWorkflowRun(id, { status: 'paused' })).status, 'paused')
    await store.updateWorkflowRun(id, { status: 'running' })
    const error = { code: 'gave_up', message: 'no use' }
    assert.deepEqual((await store.updateWorkflowRun(id, { status: 'failed', error })).error, error)
    await store.updateWorkflowRun(id, { status: 'running' })
    await store.updateWorkflowRun(id, { status: 'cancelled' })
    const [start, fail, cancel] = ['workflow_started', 'workflow_failed', 'workflow_cancelled'] as const
    await assertLog(store, id, [start, start, fail, start, cancel])
  },

  'updateWorkflowRun to the status a run has writes no event': async ({ store }) => {
    const id = await startedRun(store)
    const updated = await store.updateWorkflowRun(id, { status: 'running', priority: 4 })
    assert.deepEqual([updated.status, updated.priority, updated.lastSequence], ['running', 4, 1])
  },

  'updateWorkflowRun refuses a status that is not possible, and changes nothing else either': async ({
    store,
  }) => {
    const id = await runThatIs(store, 'completed')
    const update = () => store.updateWorkflowRun(id, { status: 'running', priority: 4 })
    await assertRefusedWithoutEffect(store, id, update, 'invalid_transition')
    const back = () => store.updateWorkflowRun(id, { status: 'pending', priority: 4 })
    await assertRefusedWithoutEffect(store, id, back, 'invalid_record')
  },

  'a change of status needs the claim of a run that is held': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const update = () => store.updateWorkflowRun(id, { status: 'completed' })
    await assertRefusedWithoutEffect(store, id, update, 'lease_lost')
    const fail = () => store.failWorkflowRun(id, { code: 'x', message: 'x' })
    await assertRefusedWithoutEffect(store, id, fail, 'lease_lost')
    assert.equal((await store.updateWorkflowRun(id, { status: 'completed' }, { claim })).status, 'completed')
  },

  'failWorkflowRun ends a run with its error and one event': async ({ store }) => {
    const { id, claim } = await claimedRun(store)
    const failed = await store.failWorkflowRun(id, { code: 'exit', message: 'boom' }, { claim })
    assert.deepEqual([failed.status, failed.error], ['failed', { code: 'exit', message: 'boom' }])
    await assertLog(store, id, ['workflow_started', 'workflow_failed'])
  },
})

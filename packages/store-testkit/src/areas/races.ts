import assert from 'node:assert/strict'
import { currentOwner, type IWorkflowStore, type NewSignal, type Owner } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { longForm } from '../effort.ts'
import { nodeStarted, runCompleted } from '../sample-events.ts'
import {
  batch,
  claimBatch,
  claimedRun,
  deadOwner,
  granted,
  longTtl,
  newCancel,
  newRun,
  startedRun,
  theRun,
} from '../sample-runs.ts'
import { taken } from '../settled.ts'
import { assertLog } from '../store-assertions.ts'
import { pair } from '../store-child.ts'

const racers = 3
const rounds = longForm ? 40 : 8

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

/** A run with an open gate; nobody holds it. */
async function runAtGate(store: IWorkflowStore): Promise<{ id: string; answer: NewSignal }> {
  const id = await startedRun(store)
  await store.appendEvents(id, batch(1, [nodeStarted('gate', { gate: { message: 'go on?' } })]))
  return { id, answer: { id: 'answer', kind: 'answer', gate: { nodeId: 'gate', opened: 2 } } }
}

/** Exactly one event ends the gate, and it takes an answer that is kept. */
async function assertAnsweredOnce(store: IWorkflowStore, id: string, answers: number): Promise<void> {
  await assertLog(store, id, ['workflow_started', 'node_started', 'node_completed'])
  const [ending] = await store.getWorkflowEvents(id, { after: 2, limit: 10 })
  const kept = await store.getSignals(id, { limit: 100 })
  assert.deepEqual(
    kept.map(({ sequence }) => sequence),
    upTo(answers),
    'an answer was lost, or counts twice',
  )
  const taking = ending && 'signal' in ending.payload ? ending.payload.signal : undefined
  assert.ok(
    kept.some(({ sequence }) => sequence === taking),
    'the gate was ended by an answer that is not there',
  )
}

/** Races between processes: exactly one wins, and nothing is doubled. */
export const races = casesOf(
  'races',
  {
    'processes that append to one run at once leave a log without gaps': async ({ store, spawn }) => {
      const id = await startedRun(store)
      const children = await spawn(racers)
      const landed = (await Promise.all(children.map((child) => child.run('append', id, 10)))).flat()
      const events = await store.getWorkflowEvents(id, { limit: 1_000 })
      assert.deepEqual(
        events.map(({ sequence }) => sequence),
        upTo(1 + racers * 20),
      )
      const batches = events.slice(1).map(({ commitId }) => commitId)
      assert.deepEqual(
        batches.filter((_, index) => index % 2 === 0),
        batches.filter((_, index) => index % 2 === 1),
        'a batch was torn apart',
      )
      assert.deepEqual(new Set(batches), new Set(landed))
    },

    'of processes that append at one sequence exactly one lands': async ({ store, spawn }) => {
      const id = await startedRun(store)
      const children = await spawn(racers)
      for (let round = 1; round <= rounds; round++) {
        const appends = children.map(() => batch(round, [nodeStarted('a')]))
        const landed = await taken(
          children.map((child, index) => child.call('appendEvents', id, appends[index] ?? batch(0, []))),
          'conflict',
        )
        assert.equal(landed.length, 1, `${landed.length} appends landed at one sequence`)
        assert.equal((await theRun(store, id)).lastSequence, round + 1)
      }
      await assertLog(store, id, ['workflow_started', ...upTo(rounds).map(() => 'node_started')])
    },

    'one append that several processes send lands once, and all get its result': async ({ store, spawn }) => {
      const id = await startedRun(store)
      const children = await spawn(racers)
      for (let round = 1; round <= rounds; round++) {
        const append = batch(round, [nodeStarted('a')])
        const [first, ...others] = await Promise.all(
          children.map((child) => child.call('appendEvents', id, append)),
        )
        for (const other of others) assert.deepEqual(other, first)
        assert.equal((await theRun(store, id)).lastSequence, round + 1, 'an append landed twice')
      }
    },

    'of processes that claim one run at once exactly one is granted': async ({ store, spawn }) => {
      const children = await spawn(racers)
      for (let round = 0; round < rounds; round++) {
        const { id } = await store.createWorkflowRun(newRun())
        const claims = await Promise.all(children.map((child) => child.run('claim', id, longTtl)))
        const winners = claims.filter((claimed) => claimed !== null)
        assert.equal(winners.length, 1, `${winners.length} processes were granted one run`)
        await assertLog(store, id, ['workflow_started'])
        const late = batch(1, [nodeStarted('a')], winners[0] ? { claim: winners[0].claim } : {})
        assert.equal((await store.appendEvents(id, late)).lastSequence, 2, 'the winner holds nothing')
      }
    },

    'of processes that take over the run of a dead owner exactly one is granted': async ({
      store,
      spawn,
    }) => {
      const children = await spawn(racers)
      const dead: Owner = deadOwner()
      for (let round = 0; round < rounds; round++) {
        const { id } = await store.createWorkflowRun(newRun())
        const { claim } = await granted(store.claimWorkflowRun(id, dead, longTtl, claimBatch(0)))
        const claims = await Promise.all(children.map((child) => child.run('claim', id, longTtl)))
        const winners = claims.filter((claimed) => claimed !== null)
        assert.equal(winners.length, 1, `${winners.length} processes took over one run`)
        assert.ok((winners[0]?.claim.number ?? 0) > claim.number)
        await assertLog(store, id, ['workflow_started', 'workflow_started'])
      }
    },

    'of a claim and an append without one, by different processes, exactly one lands': async ({
      store,
      spawn,
    }) => {
      const [one, two] = pair(await spawn(2))
      for (let round = 0; round < rounds; round++) {
        const { id } = await store.createWorkflowRun(newRun())
        const claiming = one.call('claimWorkflowRun', id, currentOwner(), longTtl, claimBatch(0))
        const appending = two.call('appendEvents', id, { ...batch(0, []), ...claimBatch(0) })
        const landed = await taken<unknown>([claiming, appending], 'conflict', 'lease_lost')
        assert.equal(landed.length, 1)
        await assertLog(store, id, ['workflow_started'])
      }
    },

    'of processes that answer one gate exactly one ends it, and every answer is kept': async ({
      store,
      spawn,
    }) => {
      const children = await spawn(racers)
      for (let round = 0; round < rounds; round++) {
        const { id, answer } = await runAtGate(store)
        const answers = children.map((child, index) =>
          child.run('answer', id, { ...answer, id: `answer ${index}`, by: `person ${index}` }),
        )
        const endings = (await Promise.all(answers)).filter((sequence) => sequence !== null)
        assert.deepEqual(endings, [3], 'one gate was ended by several processes, or by none')
        await assertAnsweredOnce(store, id, racers)
      }
    },

    'one answer that several processes give to a gate counts once': async ({ store, spawn }) => {
      const children = await spawn(racers)
      for (let round = 0; round < rounds; round++) {
        const { id, answer } = await runAtGate(store)
        const endings = await Promise.all(children.map((child) => child.run('answer', id, answer)))
        assert.equal(endings.filter((sequence) => sequence !== null).length, 1)
        await assertAnsweredOnce(store, id, 1)
      }
    },

    'a signal that several processes send at once counts once': async ({ store, spawn }) => {
      const id = await startedRun(store)
      const children = await spawn(racers)
      for (let round = 1; round <= rounds; round++) {
        const signal = newCancel({ by: 'someone' })
        const sent = await Promise.all(children.map((child) => child.call('sendSignal', id, signal)))
        const stored = await store.getSignals(id, { limit: 100 })
        assert.equal(stored.length, round)
        for (const one of sent) assert.deepEqual(one, stored[round - 1])
      }
    },

    'signals that processes send at once are numbered without gaps': async ({ store, spawn }) => {
      const id = await startedRun(store)
      const children = await spawn(racers)
      const sending = children.flatMap((child) =>
        upTo(5).map(() => child.call('sendSignal', id, newCancel())),
      )
      const numbers = (await Promise.all(sending)).map(({ sequence }) => sequence)
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        upTo(racers * 5),
      )
      assert.equal((await theRun(store, id)).lastSignal, racers * 5)
    },

    'a signal that races with the end of a run is seen by the end, or comes after it': async ({
      store,
      spawn,
    }) => {
      const [executor, sender] = pair(await spawn(2))
      for (let round = 0; round < rounds; round++) {
        const { id, claim } = await claimedRun(store)
        const end = batch(1, [runCompleted()], { claim, expectedSignal: 0 })
        const ending = taken([executor.call('appendEvents', id, end)], 'conflict')
        const signal = await sender.call('sendSignal', id, newCancel())
        const [ended] = await ending
        const run = await theRun(store, id)
        assert.deepEqual([run.status, run.lastSignal], [ended ? 'completed' : 'running', 1])
        assert.equal(signal.atEvent, ended ? 2 : 1, 'the signal is not where the log says')
        if (ended) assert.equal(ended.lastSignal, 0, 'a run ended past a signal its writer had not seen')
      }
    },

    'of processes that create one run at once all get the same one': async ({ store, spawn }) => {
      const children = await spawn(racers)
      for (let round = 1; round <= rounds; round++) {
        const run = newRun({ idempotencyKey: `once ${round}` })
        const created = await Promise.all(children.map((child) => child.call('createWorkflowRun', run)))
        const stored = await theRun(store, run.id)
        for (const one of created) assert.deepEqual(one, stored)
        const { items } = await store.listWorkflowRuns({}, { limit: 100 })
        assert.equal(items.length, round, 'a run is listed twice')
      }
    },

    'of processes that create runs with one idempotency key all get one run': async ({ store, spawn }) => {
      const children = await spawn(racers)
      for (let round = 1; round <= rounds; round++) {
        const run = newRun({ idempotencyKey: `key ${round}` })
        const created = await Promise.all(
          children.map((child) => child.call('createWorkflowRun', { ...run, id: newRun().id })),
        )
        assert.equal(new Set(created.map(({ id }) => id)).size, 1, 'one idempotency key has several runs')
        const { items } = await store.listWorkflowRuns({}, { limit: 100 })
        assert.equal(items.length, round)
      }
    },

    'of processes that create different runs of one id exactly one does': async ({ store, spawn }) => {
      const children = await spawn(racers)
      for (let round = 0; round < rounds; round++) {
        const run = newRun()
        const created = await taken(
          children.map((child, index) =>
            child.call('createWorkflowRun', { ...run, userMessage: `${index}` }),
          ),
          'already_exists',
        )
        assert.equal(created.length, 1, `${created.length} runs were created under one id`)
        assert.deepEqual(await store.getWorkflowRun(run.id), created[0])
      }
    },

    'an append that races with a deletion lands before it or is refused, and brings nothing back': async ({
      store,
      spawn,
    }) => {
      const [remover, ...writers] = await spawn(racers)
      assert.ok(remover)
      for (let round = 0; round < rounds; round++) {
        const id = await startedRun(store)
        const appends = writers.map((child) => child.call('appendEvents', id, batch(1, [nodeStarted('a')])))
        const deleting = remover.call('deleteWorkflowRun', id)
        await taken<unknown>([deleting, ...appends], 'not_found', 'conflict')
        assert.equal(await store.getWorkflowRun(id), null, 'an append brought a deleted run back')
        assert.deepEqual((await store.listWorkflowRuns({}, { limit: 10 })).items, [])
        await store.createWorkflowRun(newRun({ id }))
        await assertLog(store, id, [])
        await store.deleteWorkflowRun(id)
      }
    },

    'of a claim and a deletion, by different processes, exactly one comes about': async ({
      store,
      spawn,
    }) => {
      const [remover, claimer] = pair(await spawn(2))
      for (let round = 0; round < rounds; round++) {
        const { id } = await store.createWorkflowRun(newRun())
        const deleting = taken([remover.call('deleteWorkflowRun', id)], 'lease_lost')
        const claiming = taken(
          [claimer.call('claimWorkflowRun', id, currentOwner(), longTtl, claimBatch(0))],
          'not_found',
        )
        const [deleted, claimed] = [(await deleting).length === 1, (await claiming).length === 1]
        assert.notEqual(deleted, claimed, 'a run was both deleted and claimed, or neither')
        assert.equal((await store.getWorkflowRun(id))?.claim?.state, claimed ? 'live' : undefined)
      }
    },
  },
  ['several processes'],
)

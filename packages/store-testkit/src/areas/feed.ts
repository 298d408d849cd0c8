import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { currentOwner, type IWorkflowStore } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { scaled } from '../effort.ts'
import { assertWholeLogs, FeedReader, namesOf } from '../feed-reader.ts'
import { nodeCompleted, nodeFailed, nodeStarted, runCompleted, runStarted } from '../sample-events.ts'
import { batch, claimBatch, granted, longTtl, newRun, startedRun } from '../sample-runs.ts'
import { assertRefused } from '../store-assertions.ts'

const feedOfEvents = ['feed'] as const

/** Runs with a start and so many batches of three events. */
async function runsWithBatches(store: IWorkflowStore, runs: number, batches: number): Promise<string[]> {
  const ids = await Promise.all(Array.from({ length: runs }, () => startedRun(store)))
  for (let made = 0; made < batches; made++) {
    const events = ['a', 'b', 'c'].map((nodeId) => nodeStarted(nodeId))
    await Promise.all(ids.map((id) => store.appendEvents(id, batch(1 + 3 * made, events))))
  }
  return ids
}

/** Reads page after page while work is done, and then what is left. */
async function readDuring(reader: FeedReader, work: Promise<unknown>): Promise<void> {
  let working = true
  const done = work.finally(() => {
    working = false
  })
  while (working) {
    await reader.page()
    await nextTurn()
  }
  await done
  await reader.rest()
}

/** The events of all runs, from cursor to cursor. */
export const feed = [
  ...casesOf(
    'feed',
    {
      'gives the events of all runs as their logs have them': async ({ store }) => {
        const odd = { note: 'nul \0, lone \ud800, \\', large: 1e308, '': [null, { deep: true }] }
        const ids = [await startedRun(store), await startedRun(store)]
        const large = { ref: 'ab', bytes: 3, sha256: 'ab'.repeat(32) }
        for (const id of ids) {
          const ended = [nodeCompleted('a', { output: 'text' }), nodeCompleted('b', { output: large })]
          const events = [nodeStarted('a', odd), ...ended, nodeFailed('c'), runCompleted()]
          await store.appendEvents(id, batch(1, events, { expectedSignal: 0 }))
        }
        await assertWholeLogs(store, await new FeedReader(store).rest(), ids)
      },

      'has what comes with a claim, and what derived calls append': async ({ store }) => {
        const { id } = await store.createWorkflowRun(newRun())
        const reader = new FeedReader(store)
        await reader.page()
        const { claim } = await granted(
          store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0, [runStarted()])),
        )
        await store.createWorkflowEvent(id, nodeStarted('a'), { claim })
        await store.failWorkflowRun(id, { code: 'x', message: 'x' }, { claim })
        await assertWholeLogs(store, await reader.rest(), [id])
      },

      'an event is on one page, whatever the size of pages, also where one ends amid a commit': async ({
        store,
      }) => {
        const ids = await runsWithBatches(store, 3, 2)
        for (const limit of [1, 2, 4, 20, 21, 22, 1_000]) {
          await assertWholeLogs(store, await new FeedReader(store, { limit }).rest(), ids)
        }
      },

      'the events of a run come in the order of its log': async ({ store }) => {
        const ids = await runsWithBatches(store, 4, 3)
        const reader = new FeedReader(store, { limit: 7 })
        for (const id of [...ids].reverse()) await store.appendEvents(id, batch(10, [nodeStarted('late')]))
        for (const id of ids) await store.appendEvents(id, batch(11, [nodeStarted('later')]))
        const met = await reader.rest()
        for (const id of ids) {
          const sequences = met.filter(({ runId }) => runId === id).map(({ sequence }) => sequence)
          assert.deepEqual(
            sequences,
            Array.from({ length: 12 }, (_, index) => index + 1),
          )
        }
      },

      'a cursor is given also where nothing is new, and what is new then comes after it': async ({
        store,
      }) => {
        const reader = new FeedReader(store)
        assert.deepEqual(await reader.page(), [])
        const id = await startedRun(store)
        assert.deepEqual(namesOf(await reader.rest()), [`${id} 1 workflow_started`])
        assert.deepEqual(namesOf(await reader.page()), [])
        assert.deepEqual(namesOf(await reader.page()), [])
        await store.appendEvents(id, batch(1, [nodeStarted('a')]))
        assert.deepEqual(namesOf(await reader.rest()), [`${id} 2 node_started`])
      },

      'a cursor gives the same events again, and with them what has come since': async ({ store }) => {
        const ids = await runsWithBatches(store, 2, 1)
        await new FeedReader(store).rest()
        const reader = new FeedReader(store, { limit: 3 })
        const before = await reader.page()
        const from = reader.cursor
        const first = namesOf(await reader.page())
        const again = namesOf(await new FeedReader(store, { limit: 3, from }).page())
        assert.deepEqual(again, first)
        for (const id of ids) await store.appendEvents(id, batch(4, [nodeStarted('more')]))
        const rest = await new FeedReader(store, { from }).rest()
        await assertWholeLogs(store, [...before, ...rest], ids)
      },

      'a cursor holds in another handle': async ({ store, open }) => {
        const ids = await runsWithBatches(store, 3, 1)
        await new FeedReader(store).rest()
        const reader = new FeedReader(store, { limit: 5 })
        const first = await reader.page()
        const other = new FeedReader(await open(), { from: reader.cursor })
        await assertWholeLogs(store, [...first, ...(await other.rest())], ids)
      },

      'no event appears behind a cursor that was given out, whoever commits meanwhile': async ({
        store,
        open,
      }) => {
        const writers = [store, await open(), await open()]
        const ids = await Promise.all(Array.from({ length: 12 }, () => startedRun(store)))
        const write = async (id: string, index: number) => {
          const writer = writers[index % writers.length] ?? store
          for (let last = 1; last < 9; last += 2) {
            await writer.appendEvents(id, batch(last, [nodeStarted('a'), nodeStarted('b')]))
          }
        }
        const reader = new FeedReader(await open())
        await readDuring(reader, Promise.all(ids.map(write)))
        await assertWholeLogs(store, reader.met, ids)
      },

      'deleting runs, also the one that was last appended to, keeps no later event from being read': async ({
        store,
        open,
      }) => {
        const kept = await startedRun(store)
        const deleter = await open()
        const reader = new FeedReader(store)
        for (let last = 1; last < 4; last++) {
          const id = await startedRun(store)
          await reader.rest()
          await deleter.deleteWorkflowRun(id)
          await store.appendEvents(kept, batch(last, [nodeStarted('a')]))
        }
        await reader.rest()
        await assertWholeLogs(
          store,
          reader.met.filter(({ runId }) => runId === kept),
          [kept],
        )
      },

      'a deleted run has no more events, and one made anew under its id comes whole': async ({ store }) => {
        const id = await startedRun(store)
        await store.appendEvents(id, batch(1, [nodeStarted('old'), nodeStarted('old')]))
        await new FeedReader(store).rest()
        const reader = new FeedReader(store, { limit: 2 })
        await reader.page()
        await store.deleteWorkflowRun(id)
        assert.deepEqual(namesOf(await reader.rest()), [])
        await startedRun(store, { id })
        await store.appendEvents(id, batch(1, [nodeStarted('new')]))
        await assertWholeLogs(store, await reader.rest(), [id])
      },

      'a cursor that no page gave is refused as invalid_record': async ({ store }) => {
        await startedRun(store)
        const reader = new FeedReader(store)
        await reader.rest()
        const { cursor } = reader
        const changed = `${cursor[0] === 'A' ? 'B' : 'A'}${cursor.slice(1)}`
        for (const from of [
          '',
          'nonsense',
          'W10',
          cursor.slice(0, -1),
          `${cursor}A`,
          `${cursor}!`,
          changed,
        ]) {
          const call = new FeedReader(store, { from }).page()
          await assertRefused(call, 'invalid_record', `cursor ${JSON.stringify(from)}`)
        }
      },

      'a page has 1 to 1,000 events, and other limits are refused as invalid_record': async ({ store }) => {
        await runsWithBatches(store, 1, 1)
        await new FeedReader(store, { limit: 1 }).rest()
        for (const limit of [0, -1, 1.5, 1_001, Number.NaN, Number.POSITIVE_INFINITY]) {
          const call = new FeedReader(store, { limit }).page()
          await assertRefused(call, 'invalid_record', `a limit of ${limit}`)
        }
      },
    },
    feedOfEvents,
  ),

  ...casesOf(
    'feed',
    {
      'has every event of processes that append at once, none behind a cursor': async ({ store, spawn }) => {
        const children = await spawn(3)
        const shared = await startedRun(store)
        const own = await Promise.all(children.map(() => startedRun(store)))
        const count = scaled(60)
        const write = children.map(async (child, index) => {
          await child.run('append', own[index] ?? shared, count)
          await child.run('append', shared, count)
        })
        const reader = new FeedReader(store)
        await readDuring(reader, Promise.all(write))
        await assertWholeLogs(store, reader.met, [shared, ...own])
      },
    },
    [...feedOfEvents, 'several processes'],
  ),
]

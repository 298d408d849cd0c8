import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ChangeHints,
  hasChangeHints,
  type IWorkflowStore,
  type RunNews,
  type WatchOptions,
  watchRun,
} from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { allEvents } from '../read-all.ts'
import { nodeStarted, runCompleted, runFailed, runStarted } from '../sample-events.ts'
import { batch, newCancel, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused } from '../store-assertions.ts'

/** Longer than any test takes: who looks only once in it has to be hinted at what is new. */
const never = 600_000

const soon = { shortestPauseMs: 1, longestPauseMs: 5 }

/** What a watcher is told until the run has ended; `hear` may act on it. */
async function allNews(
  options: WatchOptions,
  hear: (news: RunNews) => Promise<unknown> = async () => {},
): Promise<RunNews[]> {
  const all: RunNews[] = []
  for await (const news of watchRun({ ...soon, ...options })) {
    all.push(news)
    await hear(news)
  }
  return all
}

const sequencesIn = (news: readonly RunNews[]) =>
  news.flatMap((each) => (each.kind === 'event' ? [each.event.sequence] : []))

const statusesIn = (news: readonly RunNews[]) =>
  news.flatMap((each) => (each.kind === 'run' ? [each.run.status] : []))

const end = async (store: IWorkflowStore, id: string) => {
  const { lastSequence, lastSignal } = await theRun(store, id)
  await store.appendEvents(id, batch(lastSequence, [runCompleted()], { expectedSignal: lastSignal }))
}

/** A handle on a store that was declared to hint at changes. */
function hinting<Store extends IWorkflowStore>(store: Store): Store & ChangeHints {
  assert.ok(hasChangeHints(store), 'the store is declared to hint at changes, but has no onChange()')
  return store
}

/** Looking at a run while things happen to it. */
export const watching = [
  ...casesOf('watching', {
    'a watcher is told the log of a run that has ended, then its record, and is done': async ({ store }) => {
      const id = await startedRun(store)
      await store.createWorkflowEvent(id, nodeStarted('a'))
      await end(store, id)
      const events = (await allEvents(store, id)).map((event) => ({ kind: 'event', event }))
      assert.deepEqual(await allNews({ store, id }), [
        ...events,
        { kind: 'run', run: await theRun(store, id) },
      ])
      assert.deepEqual(sequencesIn(await allNews({ store, id, after: 2 })), [3])
    },

    'a watcher is told what another handle appends, each event once and in order': async ({
      store,
      open,
    }) => {
      const writer = await open()
      const id = await startedRun(store)
      const batches = 12
      const news = await allNews({ store, id }, async (each) => {
        if (each.kind === 'run' && each.run.status === 'running') {
          const { lastSequence } = each.run
          const events = [nodeStarted('a'), nodeStarted('b')]
          if (lastSequence <= batches * 2) await writer.appendEvents(id, batch(lastSequence, events))
          else await end(writer, id)
        }
      })
      assert.deepEqual(
        sequencesIn(news),
        Array.from({ length: batches * 2 + 2 }, (_, index) => index + 1),
      )
      assert.equal(statusesIn(news).at(-1), 'completed')
    },

    'a watcher misses nothing of a log that grows while it looks, and is told nothing twice': async ({
      store,
      open,
    }) => {
      const writer = await open()
      const id = await startedRun(store)
      const watchers = [store, await open()].map((handle) => allNews({ store: handle, id }))
      for (let last = 1; last < 120; last += 3) {
        await writer.appendEvents(id, batch(last, [nodeStarted('a'), nodeStarted('b'), nodeStarted('c')]))
      }
      await end(writer, id)
      const all = await allEvents(store, id)
      for (const news of await Promise.all(watchers)) {
        assert.deepEqual(
          news.flatMap((each) => (each.kind === 'event' ? [each.event] : [])),
          all,
        )
      }
    },

    'a watcher is told of changes of the record that no event makes': async ({ store, open }) => {
      const other = await open()
      const id = await startedRun(store)
      let step = 0
      const news = await allNews({ store, id, after: 1 }, async () => {
        step += 1
        if (step === 1) await other.updateWorkflowRun(id, { metadata: { seen: true } })
        if (step === 2) await other.sendSignal(id, newCancel())
        if (step === 3) await end(other, id)
      })
      const records = news.flatMap((each) => (each.kind === 'run' ? [each.run] : []))
      assert.deepEqual(
        records.map(({ metadata, lastSignal, status }) => [metadata, lastSignal, status]),
        [
          [{}, 0, 'running'],
          [{ seen: true }, 0, 'running'],
          [{ seen: true }, 1, 'running'],
          [{ seen: true }, 1, 'completed'],
        ],
      )
    },

    'a watcher of a failed run is done, and a new one is told how it was resumed': async ({ store }) => {
      const { id } = await store.createWorkflowRun(newRun())
      await store.appendEvents(id, batch(0, [runStarted()]))
      await store.appendEvents(id, batch(1, [runFailed()], { expectedSignal: 0 }))
      assert.deepEqual(sequencesIn(await allNews({ store, id })), [1, 2])
      await store.appendEvents(id, batch(2, [runStarted({ resumed: true })]))
      await end(store, id)
      assert.deepEqual(sequencesIn(await allNews({ store, id, after: 2 })), [3, 4])
    },

    'watching a run that is not there, or is deleted meanwhile, is refused as not_found': async ({
      store,
      open,
    }) => {
      await assertRefused(allNews({ store, id: randomUUID() }), 'not_found', 'watching nothing')
      const other = await open()
      const id = await startedRun(store)
      const watched = allNews({ store, id }, async ({ kind }) => {
        if (kind === 'run') await other.deleteWorkflowRun(id)
      })
      await assertRefused(watched, 'not_found', 'watching a deleted run')
    },

    'a watcher that is aborted rejects with the reason': async ({ store }) => {
      const id = await startedRun(store)
      const reason = new Error('enough')
      const abort = new AbortController()
      const watched = allNews({
        store,
        id,
        signal: abort.signal,
        shortestPauseMs: never,
        longestPauseMs: never,
      })
      setImmediate(() => abort.abort(reason))
      await assert.rejects(watched, reason)
      await assert.rejects(allNews({ store, id, signal: AbortSignal.abort(reason) }), reason)
    },
  }),

  ...casesOf(
    'watching',
    {
      'a store hints at events, signals and changed fields, whichever handle they come from': async ({
        store,
        open,
      }) => {
        const other = await open()
        const id = await startedRun(store)
        const changes: { [what: string]: () => Promise<unknown> } = {
          'an event of its own': () => store.createWorkflowEvent(id, nodeStarted('a')),
          'an event': () => other.createWorkflowEvent(id, nodeStarted('a')),
          'changed fields': () => other.updateWorkflowRun(id, { priority: 7 }),
          'a signal': () => other.sendSignal(id, newCancel()),
          'the end of the run': () => end(other, id),
        }
        for (const [what, change] of Object.entries(changes)) {
          let hints = 0
          const leave = hinting(store).onChange(id, () => {
            hints += 1
          })
          await change()
          for (let looks = 0; hints === 0 && looks < 400; looks++) await sleep(5)
          leave()
          assert.notEqual(hints, 0, `no hint came at ${what}`)
        }
      },

      'a watcher that is hinted at what is new looks at once': async ({ store, open }) => {
        const other = await open()
        const id = await startedRun(store)
        const signal = AbortSignal.timeout(30_000)
        const patient = { store, id, signal, shortestPauseMs: never, longestPauseMs: never }
        const news = await allNews(patient, async ({ kind }) => {
          // Once the watcher has begun to wait.
          if (kind === 'run') setTimeout(() => void end(other, id).catch(() => {}), 5)
        })
        assert.deepEqual(sequencesIn(news), [1, 2])
      },

      'hints end when they are no longer wanted, and no run needs to be there for them': async ({
        store,
      }) => {
        hinting(store).onChange(randomUUID(), () => {})()
        const id = await startedRun(store)
        let hints = 0
        const leave = hinting(store).onChange(id, () => {
          hints += 1
        })
        leave()
        leave()
        // Whoever is hinted at this would have been as well.
        let resolve = () => {}
        const hinted = new Promise<void>((hear) => {
          resolve = hear
        })
        const leaveToo = hinting(store).onChange(id, resolve)
        await store.createWorkflowEvent(id, nodeStarted('a'))
        await hinted
        leaveToo()
        assert.equal(hints, 0)
      },
    },
    ['change hints'],
  ),
]

import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoredLogEntry } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { allLogEntries, assertRising, entry, logging, page } from '../sample-log-entries.ts'
import { startedRun } from '../sample-runs.ts'

/** The entries of each writer must be whole, once each and in order. */
function assertWhole(entries: readonly StoredLogEntry[], writers: readonly string[], count: number): void {
  assertRising(entries)
  for (const writer of writers) {
    const written = entries.filter(({ message }) => message === writer).map(({ data }) => data)
    assert.deepEqual(
      written,
      Array.from({ length: count }, (_, index) => index),
      `what ${writer} wrote`,
    )
  }
}

/** Entries that come at once. */
export const logRaces = [
  ...casesOf(
    'logs',
    {
      'of calls that overlap each has its entries in order, and none is lost': async ({ store, open }) => {
        const id = await startedRun(store)
        const handles = [logging(store), logging(await open())]
        const writers = ['a', 'b', 'c', 'd', 'e', 'f']
        await Promise.all(
          writers.map((writer, index) =>
            (handles[index % 2] ?? logging(store)).writeLogEntries(
              id,
              Array.from({ length: 20 }, (_, data) => entry(writer, { data })),
            ),
          ),
        )
        assertWhole(await logging(store).listLogEntries(id, page), writers, 20)
      },

      'no log entry appears behind one that was given out': async ({ store, open }) => {
        const id = await startedRun(store)
        const handles = [logging(store), logging(await open())]
        const writers = ['a', 'b']
        let writing = writers.length
        const write = async (writer: string, index: number) => {
          try {
            for (let data = 0; data < 40; data++) {
              await handles[index]?.writeLogEntries(id, [entry(writer, { data })])
            }
          } finally {
            writing -= 1
          }
        }
        const seen: StoredLogEntry[] = []
        const follow = async () => {
          for (;;) {
            const isLast = writing === 0
            const after = seen.at(-1)?.sequence ?? 0
            const found = await logging(store).listLogEntries(id, { after, limit: 7 })
            seen.push(...found)
            if (isLast && found.length === 0) return
            await nextTurn()
          }
        }
        await Promise.all([follow(), ...writers.map(write)])
        assertWhole(seen, writers, 40)
      },
    },
    ['logs'],
  ),

  ...casesOf(
    'logs',
    {
      'log entries of several processes are all kept, also those of one that is killed': async ({
        store,
        spawn,
        open,
      }) => {
        const id = await startedRun(store)
        const [doomed] = await spawn(1)
        assert.ok(doomed)
        let told = -1
        const enough = new Promise<void>((resolve) => {
          doomed.onProgress((written) => {
            told = Number(written)
            if (told >= 9) resolve()
          })
        })
        const endless = doomed.run('log', id, { writer: 'doomed', count: 5_000 }).catch(() => {})
        const steady = async () => {
          for (let data = 0; data < 10; data++) {
            await logging(store).writeLogEntries(id, [entry('steady', { data })])
          }
        }
        await Promise.all([enough, steady()])
        await doomed.kill()
        await endless
        const reader = logging(await open())
        await reader.writeLogEntries(id, [entry('after')])
        const all = await allLogEntries(reader, id)
        const kept = all.filter(({ message }) => message === 'doomed').length
        assert.ok(kept > told, `${told + 1} entries were acknowledged, and ${kept} are there`)
        assertWhole(all, ['doomed'], kept)
        assertWhole(all, ['steady'], 10)
        assert.equal(all.at(-1)?.message, 'after')
      },
    },
    ['logs', 'several processes'],
  ),
]

import assert from 'node:assert/strict'
import type { LogFilter, LogQuery } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { entry, logging, messagesOf, page, timeAt } from '../sample-log-entries.ts'
import { startedRun } from '../sample-runs.ts'
import { assertRefused } from '../store-assertions.ts'

/** Finding what was noted. */
export const logLists = casesOf(
  'logs',
  {
    'log entries are found by a level and those that matter more': async ({ store }) => {
      const id = await startedRun(store)
      const levels = ['error', 'info', 'debug', 'warn'] as const
      await logging(store).writeLogEntries(
        id,
        levels.map((level) => entry(level, { level })),
      )
      const found = async (level: (typeof levels)[number]) =>
        messagesOf(await logging(store).listLogEntries(id, { level, ...page }))
      assert.deepEqual(await found('debug'), ['error', 'info', 'debug', 'warn'])
      assert.deepEqual(await found('info'), ['error', 'info', 'warn'])
      assert.deepEqual(await found('warn'), ['error', 'warn'])
      assert.deepEqual(await found('error'), ['error'])
    },

    'log entries are found by their node, with all that ran inside it, and by attempt': async ({ store }) => {
      const id = await startedRun(store)
      await logging(store).writeLogEntries(id, [
        entry('run'),
        entry('node', { nodeId: 'refine', attempt: 1 }),
        entry('third', { nodeId: 'refine/3', attempt: 1 }),
        entry('again', { nodeId: 'refine/3', attempt: 2 }),
        entry('thirtieth', { nodeId: 'refine/30' }),
        entry('inside', { nodeId: 'refine/3/inner' }),
        entry('longer', { nodeId: 'refine2' }),
        entry('dashed', { nodeId: 'refine-3' }),
        entry('capital', { nodeId: 'Refine', attempt: 2 }),
      ])
      const wanted: [LogFilter, string[]][] = [
        [{ nodeId: 'refine' }, ['node', 'third', 'again', 'thirtieth', 'inside']],
        [{ nodeId: 'refine/3' }, ['third', 'again', 'inside']],
        [{ nodeId: 'refine/30' }, ['thirtieth']],
        [{ nodeId: 'refin' }, []],
        [{ nodeId: 'Refine' }, ['capital']],
        [{ attempt: 2 }, ['again', 'capital']],
        [{ attempt: 1, nodeId: 'refine/3' }, ['third']],
        [{ level: 'warn', nodeId: 'refine' }, []],
      ]
      for (const [filter, messages] of wanted) {
        const found = await logging(store).listLogEntries(id, { ...filter, ...page })
        assert.deepEqual(messagesOf(found), messages, `found by ${JSON.stringify(filter)}`)
      }
    },

    'log entries are found by when they were noted: from a time on, and before another': async ({
      store,
    }) => {
      const id = await startedRun(store)
      const written = [3, 1, 2, 4].map((at) => entry(`${at}`, { time: timeAt(at) }))
      await logging(store).writeLogEntries(id, written)
      const found = async (filter: LogFilter) =>
        messagesOf(await logging(store).listLogEntries(id, { ...filter, ...page }))
      assert.deepEqual(await found({ since: timeAt(2) }), ['3', '2', '4'])
      assert.deepEqual(await found({ until: timeAt(3) }), ['1', '2'])
      assert.deepEqual(await found({ since: timeAt(2), until: timeAt(4) }), ['3', '2'])
      assert.deepEqual(await found({ since: timeAt(5) }), [])
    },

    'log entries are paged by the sequence they come after, with a filter too': async ({ store }) => {
      const id = await startedRun(store)
      const written = Array.from({ length: 30 }, (_, index) =>
        entry(`${index}`, { level: index % 10 === 0 ? 'error' : 'info', data: 'x'.repeat(index * 40) }),
      )
      await logging(store).writeLogEntries(id, written.slice(0, 13))
      await logging(store).writeLogEntries(id, written.slice(13))
      const all = await logging(store).listLogEntries(id, page)
      for (const limit of [1, 7, 30]) {
        for (const at of [0, 1, 12, 29, 30]) {
          const after = all[at - 1]?.sequence ?? 0
          const found = await logging(store).listLogEntries(id, { after, limit })
          assert.deepEqual(found, all.slice(at, at + limit), `${limit} after entry ${at}`)
        }
      }
      const [first] = await logging(store).listLogEntries(id, { level: 'error', limit: 1 })
      const after = first?.sequence ?? 0
      const rest = await logging(store).listLogEntries(id, { level: 'error', after, limit: 1 })
      assert.deepEqual(messagesOf(rest), ['10'])
      const beyond = { after: (all.at(-1)?.sequence ?? 0) + 1_000_000, limit: 5 }
      assert.deepEqual(await logging(store).listLogEntries(id, beyond), [])
    },

    'a query of log entries that can not be right is refused as invalid_record': async ({ store }) => {
      const id = await startedRun(store)
      const wrong: object[] = [
        ...[{}, { limit: 0 }, { limit: 1_001 }, { limit: 1.5 }],
        ...[
          { ...page, after: -1 },
          { ...page, level: 'fatal' },
          { ...page, nodeId: '../x' },
          { ...page, attempt: 0 },
        ],
        ...[
          { ...page, since: 'yesterday' },
          { ...page, until: '0000-01-01T00:00:00.000Z' },
          { ...page, colour: 'red' },
        ],
      ]
      for (const query of wrong) {
        const listing = logging(store).listLogEntries(id, query as LogQuery)
        await assertRefused(listing, 'invalid_record', JSON.stringify(query))
      }
    },
  },
  ['logs'],
)

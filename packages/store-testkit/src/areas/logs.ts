import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type IWorkflowStore, type Logs, logEntryBytes, maxLogEntryBytes, type NewLogEntry } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeStarted, runCompleted } from '../sample-events.ts'
import {
  allLogEntries,
  assertRising,
  entry,
  fullEntry,
  logging,
  page,
  writtenIn,
} from '../sample-log-entries.ts'
import { batch, claimedRun, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused } from '../store-assertions.ts'

/** The call must be refused, and the run must have the same entries as before. */
async function assertNotWritten(
  store: IWorkflowStore & Logs,
  id: string,
  [entries, code, what]: [unknown[], 'invalid_record' | 'too_large', string],
): Promise<void> {
  const before = await store.listLogEntries(id, page)
  await assertRefused(store.writeLogEntries(id, entries as NewLogEntry[]), code, what)
  assert.deepEqual(await store.listLogEntries(id, page), before, `${what} was refused, but had an effect`)
}

const sized = (bytes: number): NewLogEntry => entry('x'.repeat(bytes - logEntryBytes(entry(''))))

/** What is noted of runs while they are executed. */
export const logs = casesOf(
  'logs',
  {
    'log entries come back as they were written, with run and sequence': async ({ store, open }) => {
      const id = await startedRun(store)
      const written = [fullEntry(), entry('done', { level: 'debug' }), fullEntry({ data: null })]
      await logging(store).writeLogEntries(id, written)
      for (const handle of [store, await open()]) {
        const found = await logging(handle).listLogEntries(id, page)
        assert.deepEqual(writtenIn(found), written)
        assert.deepEqual(new Set(found.map(({ runId }) => runId)), new Set([id]))
        assertRising(found)
      }
    },

    'a log entry has no members that it was not given': async ({ store }) => {
      const id = await startedRun(store)
      await logging(store).writeLogEntries(id, [entry('bare')])
      const [found] = await logging(store).listLogEntries(id, page)
      assert.deepEqual(Object.keys(found ?? {}).sort(), ['level', 'message', 'runId', 'sequence', 'time'])
    },

    'log entries keep the order in which they were written, whatever their times say': async ({
      store,
      open,
    }) => {
      const id = await startedRun(store)
      const other = logging(await open())
      const written = ['b', 'a', 'd', 'c', 'f', 'e'].map((message, index) =>
        entry(message, { time: new Date(Date.UTC(2026, 0, 31 - index)).toISOString() }),
      )
      for (let at = 0; at < written.length; at += 2) {
        const handle = at === 2 ? other : logging(store)
        await handle.writeLogEntries(id, written.slice(at, at + 2))
      }
      const found = await other.listLogEntries(id, page)
      assert.deepEqual(writtenIn(found), written)
      assertRising(found)
    },

    'log entries of one run are none of another': async ({ store }) => {
      const [one, two] = [await startedRun(store), await startedRun(store)]
      await logging(store).writeLogEntries(one, [entry('of one')])
      await logging(store).writeLogEntries(two, [entry('of two')])
      assert.deepEqual(writtenIn(await logging(store).listLogEntries(one, page)), [entry('of one')])
    },

    'a handle keeps no hold of the entries that it was handed, nor of those that it gave': async ({
      store,
    }) => {
      const id = await startedRun(store)
      const given = [fullEntry({ data: { kept: true } })]
      const writing = logging(store).writeLogEntries(id, given)
      given.push(entry('late'))
      Object.assign(given[0] ?? {}, { message: 'changed', data: { kept: false } })
      await writing
      const [first] = await logging(store).listLogEntries(id, page)
      Object.assign(first ?? {}, { message: 'changed' })
      const kept = [fullEntry({ data: { kept: true } })]
      assert.deepEqual(writtenIn(await logging(store).listLogEntries(id, page)), kept)
    },

    'a log entry needs no claim, is taken in whatever status, and leaves the record as it is': async ({
      store,
    }) => {
      const { id: pending } = await store.createWorkflowRun(newRun())
      const { id: held } = await claimedRun(store)
      const paused = await startedRun(store)
      await store.updateWorkflowRun(paused, { status: 'paused' })
      const completed = await startedRun(store)
      await store.createWorkflowEvent(completed, runCompleted())
      for (const id of [pending, held, paused, completed]) {
        const before = await theRun(store, id)
        await logging(store).writeLogEntries(id, [fullEntry()])
        assert.deepEqual(await theRun(store, id), before)
      }
    },

    'a log entry is in nobody’s way: whoever knows the events goes on with them': async ({ store, open }) => {
      const { id, claim } = await claimedRun(store)
      const other = logging(await open())
      for (let sequence = 1; sequence <= 5; sequence++) {
        await other.writeLogEntries(id, [entry('a'), entry('b')])
        const append = batch(sequence, [nodeStarted('a')], { claim })
        assert.equal((await store.appendEvents(id, append)).lastSequence, sequence + 1)
      }
      await store.appendEvents(id, batch(6, [runCompleted()], { claim, expectedSignal: 0 }))
      assert.equal((await other.listLogEntries(id, page)).length, 10)
    },

    'any text and any JSON value comes back from a log entry': async ({ store, open }) => {
      const id = await startedRun(store)
      const texts = ['', '\0', '\ud800', '😀\ufeff', 'two\nlines\r\n', '\\u0000', '\u2028', "'; --"]
      const odd: NewLogEntry['data'][] = [0, '', [], {}, null, false, 1e308, JSON.parse('{"__proto__":[1]}')]
      const written = [
        ...texts.flatMap((text) => [entry(text), entry('text', { data: [text, { [text]: text }] })]),
        ...odd.map((data) => entry('data', data === undefined ? {} : { data })),
      ]
      await logging(store).writeLogEntries(id, written)
      const found = writtenIn(await logging(await open()).listLogEntries(id, page))
      assert.deepEqual(
        found.map(({ message, data }) => JSON.stringify([message, data])),
        written.map(({ message, data }) => JSON.stringify([message, data])),
      )
    },

    'a malformed log entry is refused as invalid_record, with all that came with it': async ({ store }) => {
      const id = await startedRun(store)
      const { message: _, ...nameless } = entry('a')
      const malformed: { [what: string]: object } = {
        'an unknown level': { ...entry('a'), level: 'fatal' },
        'no message': nameless,
        'a message that is no text': { ...entry('a'), message: 7 },
        'a time without milliseconds': entry('a', { time: '2026-01-31T00:00:00Z' }),
        'no time of any calendar': entry('a', { time: 'yesterday' }),
        'data that is not JSON': { ...entry('a'), data: new Date() },
        'a node that is no path': entry('a', { nodeId: '../x' }),
        'attempt 0': entry('a', { attempt: 0 }),
        'an unknown member': { ...entry('a'), colour: 'red' },
      }
      for (const [what, wrong] of Object.entries(malformed)) {
        await assertNotWritten(logging(store), id, [
          [entry('before'), wrong, entry('after')],
          'invalid_record',
          what,
        ])
      }
      await assertNotWritten(logging(store), id, [[], 'invalid_record', 'no entry'])
    },

    'a log entry of 64 KiB is taken, one byte more is refused as too_large': async ({ store }) => {
      const id = await startedRun(store)
      const oneMore = sized(maxLogEntryBytes + 1)
      await assertNotWritten(logging(store), id, [[entry('a'), oneMore], 'too_large', 'one byte more'])
      await logging(store).writeLogEntries(id, [sized(maxLogEntryBytes)])
      const [kept] = await logging(store).listLogEntries(id, page)
      assert.ok(kept?.message === sized(maxLogEntryBytes).message, 'a large message came back changed')
    },

    'a call takes 1,000 log entries or 1 MiB of them, and not more': async ({ store }) => {
      const id = await startedRun(store)
      const thousand = Array.from({ length: 1_000 }, (_, index) => entry(`${index}`))
      const tooMany = [...thousand, entry('one more')]
      await assertNotWritten(logging(store), id, [tooMany, 'invalid_record', '1,001 entries'])
      const mebibyte = Array.from({ length: 16 }, () => sized(maxLogEntryBytes))
      const tooLarge = [...mebibyte, entry('one more')]
      await assertNotWritten(logging(store), id, [tooLarge, 'too_large', 'more than 1 MiB'])
      await logging(store).writeLogEntries(id, thousand)
      await logging(store).writeLogEntries(id, mebibyte)
      assert.equal((await allLogEntries(logging(store), id, 300)).length, 1_016)
    },

    'log entries of a run that is not there are refused as not_found': async ({ store }) => {
      const id = randomUUID()
      await assertRefused(logging(store).writeLogEntries(id, [entry('a')]), 'not_found', 'writing')
      await assertRefused(logging(store).listLogEntries(id, page), 'not_found', 'listing')
      assert.equal(await store.getWorkflowRun(id), null)
    },

    'log entries are gone with their run, and a run made anew begins without any': async ({
      store,
      open,
    }) => {
      const id = await startedRun(store)
      const other = logging(await open())
      await other.writeLogEntries(id, [entry('old')])
      await store.deleteWorkflowRun(id)
      await assertRefused(other.writeLogEntries(id, [entry('late')]), 'not_found', 'writing to a deleted run')
      await assertRefused(other.listLogEntries(id, page), 'not_found', 'listing those of a deleted run')
      await store.createWorkflowRun(newRun({ id }))
      for (const handle of [logging(store), other])
        assert.deepEqual(await handle.listLogEntries(id, page), [])
      await other.writeLogEntries(id, [entry('new')])
      assert.deepEqual(writtenIn(await logging(store).listLogEntries(id, page)), [entry('new')])
    },
  },
  ['logs'],
)

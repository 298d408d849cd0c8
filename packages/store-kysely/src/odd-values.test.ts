import { PGlite } from '@electric-sql/pglite'
import { type IWorkflowStore, isStoreError, type NewEvent } from '@ion/store'
import { MemoryStore } from '@ion/store-testkit'
import Database from 'better-sqlite3'
import { Kysely, PGliteDialect, SqliteDialect } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KyselyStore } from './kysely-store.ts'

const definition = { format: 'yaml', source: '', digest: 'ab'.repeat(32), path: null, files: {} }
const started: NewEvent = { type: 'workflow_started', payload: {} }
const node = (nodeId: string): NewEvent => ({ type: 'node_started', nodeId, payload: {} })
const id = 'run'

/** A run with five events and three signals, and one that waits. */
async function filled(store: IWorkflowStore): Promise<IWorkflowStore> {
  await store.createWorkflowRun({ id, workflowName: 'sample', definition })
  await store.createWorkflowRun({
    id: 'late',
    workflowName: 'sample',
    definition,
    wakeAt: '2040-01-01T00:00:00.000Z',
  })
  const events = [started, node('a'), node('b'), node('c'), node('d')]
  await store.appendEvents(id, { commitId: 'first', expectedSequence: 0, events })
  for (const signal of ['1', '2', '3']) await store.sendSignal(id, { id: signal, kind: 'cancel' })
  return store
}

/** What a caller sees of a call: its result, or the code of its refusal. */
async function outcomeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    if (isStoreError(error)) return error.code
    throw error
  }
}

const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const oddNumbers = [0.5, 1.5, -0.5, 99, 2 ** 31, 2 ** 53, 2 ** 63, 1e300, Infinity]
const oddFloors = [...oddNumbers, -1, -1e300, -Infinity, Number.NaN]

type Call = (store: IWorkflowStore) => Promise<unknown>

/** Calls by what they do, which come to the same in every store. */
const calls: { [what: string]: Call } = {
  ...named(oddNumbers, 'events at most', (limit) => async (store) => {
    const events = await store.getWorkflowEvents(id, { limit })
    return events.map(({ sequence }) => sequence)
  }),
  ...named(oddNumbers, 'signals at most', (limit) => async (store) => {
    const signals = await store.getSignals(id, { limit })
    return signals.map(({ sequence }) => sequence)
  }),
  ...named([99, 2 ** 53, 2 ** 63, 1e300, Infinity], 'events after', (after) => (store) => {
    return store.getWorkflowEvents(id, { after, limit: 100 })
  }),
  ...named([0, -1, 0.5, 1_001, Infinity, Number.NaN], 'runs at most', (limit) => (store) => {
    return store.listWorkflowRuns({}, { limit })
  }),
  ...named(oddFloors, 'runs of priority at least', (minPriority) => async (store) => {
    return (await store.listWorkflowRuns({ minPriority }, { limit: 10 })).items.length
  }),
  ...named(oddFloors, 'an append that expects sequence', (expectedSequence) => (store) => {
    return store.appendEvents(id, { commitId: 'odd', expectedSequence, events: [node('e')] })
  }),
  ...named(oddFloors, 'a release that has seen signal', (expectedSignal) => (store) => {
    const release = { commitId: 'odd', expectedSequence: 5, events: [], release: true, expectedSignal }
    return store.appendEvents(id, release)
  }),
  ...named([3.5, 4, 2 ** 63, 1e300], 'a start that takes signal', (signal) => (store) => {
    const event: NewEvent = { type: 'workflow_started', payload: { signal } }
    return store.appendEvents(id, { commitId: 'odd', expectedSequence: 5, events: [event] })
  }),
  ...named(
    [
      ['x', id],
      ['', ''],
      ['infinity', id],
      ['now', id],
      ['\0', id],
      ['9999-99-99T99:99:99.999Z', id],
      ['0000-01-01T00:00:00.000Z', id],
      ['+275760-09-13T00:00:00.000Z', id],
      ['2026-01-01T00:00:00.000Z', '\0'],
      ['2026-01-01T00:00:00.000Z', '../run'],
    ],
    'the page after',
    (key) => (store) => store.listWorkflowRuns({}, { limit: 10, cursor: cursorOf(key) }),
  ),
  ...named(["\\') or true --", '\0', 'ended'], 'runs of status', (status) => async (store) => {
    const filter = { status: [status] } as object
    return (await store.listWorkflowRuns(filter, { limit: 10 })).items
  }),
  ...named(['', '\0', "'", '\\', '%'], 'runs of the workflow', (workflowName) => async (store) => {
    return (await store.listWorkflowRuns({ workflowName }, { limit: 10 })).items
  }),
}

function named<Value>(values: Value[], what: string, call: (value: Value) => Call): { [what: string]: Call } {
  const nameOf = (value: Value) => (typeof value === 'number' ? String(value) : JSON.stringify(value))
  return Object.fromEntries(values.map((value) => [`${what} ${nameOf(value)}`, call(value)]))
}

const databases = {
  sqlite: () => new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(':memory:') }) }),
  postgres: () => new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: new PGlite() }) }),
}

describe.each(['sqlite', 'postgres'] as const)('odd values in %s', (flavor) => {
  const db = databases[flavor]()
  let store: IWorkflowStore
  let memory: IWorkflowStore
  beforeAll(async () => {
    memory = await filled(new MemoryStore())
    store = await filled(new KyselyStore({ db, flavor }))
  })
  afterAll(() => db.destroy())

  it.each(Object.entries(calls))('%s come to what they come to in memory', async (_, call) => {
    expect(await outcomeOf(() => call(store))).toEqual(await outcomeOf(() => call(memory)))
  })

  it.each([Number.NaN, -1, -Infinity])('a page of at most %s is empty', async (limit) => {
    expect(await store.getWorkflowEvents(id, { limit })).toEqual([])
    expect(await store.getSignals(id, { limit })).toEqual([])
  })

  it.each([-1, -Infinity, Number.NaN])('a page after %s begins with the first', async (after) => {
    expect(await store.getWorkflowEvents(id, { after, limit: 1 })).toMatchObject([{ sequence: 1 }])
  })

  it.each(['tomorrow', '', '\0', 'infinity', '0000-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z'])(
    'the time %j is refused as invalid_record',
    async (time) => {
      for (const name of ['createdAfter', 'createdBefore', 'wakeBefore']) {
        const list = () => store.listWorkflowRuns({ [name]: time }, { limit: 10 })
        expect(await outcomeOf(list)).toBe('invalid_record')
      }
    },
  )

  it('a time may be in another form than records have it', async () => {
    const listed = async (createdAfter: string) =>
      (await store.listWorkflowRuns({ createdAfter }, { limit: 10 })).items.length
    expect(await listed('2020')).toBe(2)
    expect(await listed('Sat, 01 Jan 2000 00:00:00 GMT')).toBe(2)
    expect(await listed('2100-01-01T00:00:00+14:00')).toBe(0)
  })

  it('of blobs of one name in one append the last counts', async () => {
    const blobs = ['one', 'two'].map((text) => ({ ref: 'same', bytes: Buffer.from(text) }))
    for (const each of [memory, store]) {
      await each.createWorkflowRun({ id: 'blobs', workflowName: 'sample', definition })
      await each.appendEvents('blobs', { commitId: 'c', expectedSequence: 0, events: [started], blobs })
      expect(Buffer.from(await each.readBlob('blobs', 'same')).toString()).toBe('two')
    }
  })
})

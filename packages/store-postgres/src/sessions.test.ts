import { Pool, types } from 'pg'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { postgresUrl } from '../../../test/servers/environment.ts'
import { append, completed, newRun, ownDatabase, owner, started } from './database.test-support.ts'
import { PostgresStore } from './postgres-store.ts'

const { admin, database, role: newRole } = await ownDatabase()
const { role, url } = await newRole()
await admin.query(`grant create on database ${database} to ${role}; grant all on schema public to ${role}`)
beforeEach(() => admin.query(`alter role ${role} reset all`))

const wakeAt = '2031-02-03T04:05:06.789Z'
const times = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
let runs = 0

/** What a run comes back as that had every kind of value. */
async function roundTrip(store: PostgresStore) {
  const id = `run-${++runs}`
  const before = Date.now()
  const bytes = Buffer.from([0, 1, 39, 92, 127, 128, 255])
  await store.createWorkflowRun({
    ...newRun(id),
    metadata: { text: 'é\\\'"\0', number: 2 ** 53 },
    priority: 2 ** 40,
  })
  const claimed = await store.claimWorkflowRun(id, owner, 60_000, append(0, started))
  if (!claimed) throw new Error('nobody holds the run')
  const { claim } = claimed
  const blobs = [{ ref: 'bytes', bytes }]
  const last = append(1, completed('a\\b\'c"d\0é'), { type: 'node_started', nodeId: 'b', payload: {} })
  await store.appendEvents(id, { ...last, blobs, claim, run: { wakeAt } })
  const signal = await store.sendSignal(id, { id: 's\\', kind: 'cancel', by: "it's", payload: null })
  const renewed = await store.renewClaim(id, claim, 120_000)
  const run = await store.getWorkflowRun(id)
  const events = await store.getWorkflowEvents(id, { limit: 10 })

  expect(run).toMatchObject({ priority: 2 ** 40, wakeAt, lastSequence: 3, lastSignal: 1 })
  expect(run?.metadata).toEqual({ text: 'é\\\'"\0', number: 2 ** 53 })
  expect(run?.claim).toMatchObject({ expiresAt: renewed.expiresAt, state: 'live' })
  expect(events.map(({ type, nodeId }) => [type, nodeId])).toEqual([
    ['workflow_started', undefined],
    ['node_completed', 'a'],
    ['node_started', 'b'],
  ])
  expect(events[1]?.payload).toEqual({ output: 'a\\b\'c"d\0é' })
  expect(await store.getSignals(id, { limit: 1 })).toEqual([signal])
  expect(Buffer.from(await store.readBlob(id, 'bytes'))).toEqual(bytes)
  expect(await store.appendEvents(id, { ...last, blobs, claim, run: { wakeAt } })).toMatchObject({
    lastSequence: 3,
  })
  for (const time of [
    run?.createdAt,
    run?.startedAt,
    signal.sentAt,
    ...events.map((event) => event.timestamp),
  ]) {
    expect(time).toMatch(times)
    expect(Date.parse(String(time))).toBeGreaterThan(before - 60_000)
    expect(Date.parse(String(time))).toBeLessThan(before + 60_000)
  }
  const { items } = await store.listWorkflowRuns({ createdAfter: String(run?.createdAt) }, { limit: 1 })
  expect(items).toMatchObject([{ id, createdAt: run?.createdAt }])
}

describe('a role whose sessions are set up in its own way', () => {
  it.each([
    "datestyle = 'German'",
    "datestyle = 'SQL, DMY'",
    "datestyle = 'Postgres'",
    "timezone = 'America/St_Johns'",
    "intervalstyle = 'sql_standard'",
    "bytea_output = 'escape'",
    'standard_conforming_strings = off',
    "client_encoding = 'LATIN1'",
    'extra_float_digits = -15',
    'transform_null_equals = on',
    "plan_cache_mode = 'force_generic_plan'",
    "default_transaction_isolation = 'serializable'",
    "default_transaction_isolation = 'repeatable read'",
    "default_transaction_deferrable = 'on'",
    "lock_timeout = '50ms'",
    'search_path = nowhere, public',
  ])('has the same values: %s', async (setting) => {
    await admin.query(`alter role ${role} set ${setting}`)
    const store = new PostgresStore({ connectionString: url })
    await roundTrip(store)
    await store.close()
  })

  it('is told so when it may only read', async () => {
    await admin.query(`alter role ${role} set default_transaction_read_only = on`)
    const store = new PostgresStore({ connectionString: url })
    await expect(store.createWorkflowRun(newRun('read-only'))).rejects.toMatchObject({
      code: 'unavailable',
      outcome: 'none',
    })
    await store.close()
  })
})

describe('a database in another encoding or order', () => {
  const made: string[] = []
  afterAll(async () => {
    for (const name of made) await admin.query(`drop database ${name} with (force)`)
  })

  async function makeDatabase(options: string): Promise<string> {
    const name = `${database}_${made.length}`
    await admin.query(`create database ${name} template template0 ${options}`)
    made.push(name)
    const other = new URL(postgresUrl())
    other.pathname = `/${name}`
    return other.href
  }

  it.each([
    "encoding 'SQL_ASCII' locale 'C' locale_provider libc",
    "encoding 'LATIN1' locale 'C' locale_provider libc",
    "encoding 'UTF8' locale 'C' locale_provider libc",
    "encoding 'UTF8' locale 'C' locale_provider icu icu_locale 'und-u-ks-level2'",
  ])('has the same values: %s', async (options) => {
    const store = new PostgresStore({ connectionString: await makeDatabase(options) })
    await roundTrip(store)
    const ids = ['b', 'B', 'a', 'A', '_', '-', '0', 'a.', 'a-', 'aa', 'Z']
    for (const id of ids)
      await store.createWorkflowRun({ ...newRun(id), idempotencyKey: id, workflowName: id })
    const named = await store.listWorkflowRuns({ workflowName: 'a' }, { limit: 10 })
    expect(named.items.map(({ id }) => id)).toEqual(['a'])
    await store.close()
  })

  it('that lacks a character says that the record will never fit', async () => {
    const options = "encoding 'LATIN1' locale 'C' locale_provider libc"
    const store = new PostgresStore({ connectionString: await makeDatabase(options) })
    const run = { ...newRun('japanese'), userMessage: '日本' }
    await expect(store.createWorkflowRun(run)).rejects.toMatchObject({ code: 'invalid_record' })
    await store.close()
  })
})

describe("a pool of the host's", () => {
  const host = (options: object = {}) => new Pool({ connectionString: url, max: 2, ...options })

  it('outlives the store', async () => {
    const pool = host()
    const store = new PostgresStore({ pool })
    await roundTrip(store)
    await store.close()
    await expect(store.getWorkflowRun('run')).rejects.toMatchObject({ code: 'unavailable' })
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await pool.end()
  })

  it('may read values in its own way', async () => {
    const odd = new Set<number>([types.builtins.TIMESTAMPTZ, types.builtins.TIMESTAMP, types.builtins.JSON])
    const getTypeParser = (oid: number, format: 'text') =>
      odd.has(oid) ? (text: string) => ({ text }) : types.getTypeParser(oid, format)
    const pool = host({ types: { getTypeParser } })
    await roundTrip(new PostgresStore({ pool }))
    await pool.end()
  })

  it('may read whole numbers as bigints', async () => {
    const getTypeParser = (oid: number, format: 'text') =>
      oid === types.builtins.INT8 ? BigInt : types.getTypeParser(oid, format)
    const pool = host({ types: { getTypeParser } })
    await roundTrip(new PostgresStore({ pool }))
    await pool.end()
  })

  it.each(['discard all', 'deallocate all'])('may forget its plans amid the calls: %s', async (statement) => {
    const pool = host({ max: 1 })
    const store = new PostgresStore({ pool })
    await roundTrip(store)
    await pool.query(statement)
    await roundTrip(store)
    await pool.end()
  })

  it('may serve stores in several schemas by the same sessions', async () => {
    const pool = host({ max: 1 })
    const stores = ['one', 'two', 'Odd "name"'].map((schema) => new PostgresStore({ pool, schema }))
    for (const store of stores) await store.createWorkflowRun(newRun('same'))
    const [first, second] = stores
    await first?.appendEvents('same', append(0, started))
    expect(await first?.getWorkflowRun('same')).toMatchObject({ lastSequence: 1 })
    expect(await second?.getWorkflowRun('same')).toMatchObject({ lastSequence: 0 })
    for (const store of stores) await roundTrip(store)
    await pool.end()
  })

  it('that was ended makes the store unavailable', async () => {
    const pool = host()
    const store = new PostgresStore({ pool })
    await pool.end()
    await expect(store.getWorkflowRun('run')).rejects.toMatchObject({ code: 'unavailable', outcome: 'none' })
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { encodeFeedCursor, type WorkflowEvent } from '@ion/store'
import type { PoolClient } from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { append, completed, newRun, ownDatabase, started } from './database.test-support.ts'
import type { PoolLike } from './host-pool.ts'
import { migrateStore, PostgresStore } from './postgres-store.ts'

const { admin, url } = await ownDatabase()
const store = new PostgresStore({ connectionString: url })
await store.ready()
afterAll(() => store.close())

/** Those whose transaction is open. */
const open = new Set<PoolClient>()

afterEach(async () => {
  for (const client of open) client.release(true)
  open.clear()
  const { items } = await store.listWorkflowRuns({}, { limit: 1_000 })
  for (const { id } of items) await store.deleteWorkflowRun(id)
})

const namesOf = (events: WorkflowEvent[]) => events.map(({ runId, sequence }) => `${runId} ${sequence}`)

async function create(...ids: string[]): Promise<void> {
  for (const id of ids) await store.createWorkflowRun(newRun(id))
}

async function read(after?: string) {
  return await store.readEvents({ limit: 100, ...(after === undefined ? {} : { after }) })
}

/** Reads until so many are new. Transactions of other databases on the server hold events back too. */
async function readAtLeast(count: number, after?: string) {
  for (let looks = 0; looks < 2_000; looks++) {
    const page = await read(after)
    if (page.events.length >= count) return page
    await sleep(5)
  }
  throw new Error(`there were never ${count} new events`)
}

/** A store whose every statement is part of one transaction, which has still to end. */
async function storeInTransaction() {
  const client = await admin.connect()
  open.add(client)
  await client.query('begin')
  const pool: PoolLike = {
    connect: async () => ({
      query: (statement) => client.query(statement),
      on: () => {},
      off: () => {},
      release: () => {},
    }),
    end: async () => {},
    on: () => {},
    listeners: () => [],
  }
  const end = async (how: 'commit' | 'rollback') => {
    await client.query(how)
    open.delete(client)
    client.release()
  }
  return { slow: new PostgresStore({ pool, preparedStatements: false }), end }
}

/** Longer than what timestamps can tell apart, in milliseconds. */
const aMoment = 3

describe('a transaction that is slower than one that began later', () => {
  it('has its events read before those of the later one, which wait for it', async () => {
    await create('slow', 'quick')
    const { cursor } = await read()
    const { slow, end } = await storeInTransaction()
    await slow.appendEvents('slow', append(0, started, completed('a')))
    await store.appendEvents('quick', append(0, started))
    const meanwhile = await read(cursor)
    expect(meanwhile).toEqual({ events: [], cursor })
    await end('commit')
    const { events } = await readAtLeast(3, meanwhile.cursor)
    expect(namesOf(events)).toEqual(['slow 1', 'slow 2', 'quick 1'])
  })

  it('holds nothing back once it has been given up', async () => {
    await create('slow', 'quick')
    const { slow, end } = await storeInTransaction()
    await slow.appendEvents('slow', append(0, started))
    await store.appendEvents('quick', append(0, started))
    await end('rollback')
    expect(namesOf((await readAtLeast(1)).events)).toEqual(['quick 1'])
  })

  it('comes before one that waited for its row and then went on from it', async () => {
    await create('one')
    const { slow, end } = await storeInTransaction()
    await slow.appendEvents('one', append(0, started))
    // It finds the log as it was, waits for the row, and is refused; then it is made anew.
    const late = store
      .appendEvents('one', append(0, started))
      .catch(() => store.appendEvents('one', append(1, completed('late'))))
    await sleep(20)
    await end('commit')
    await late
    expect(namesOf((await readAtLeast(2)).events)).toEqual(['one 1', 'one 2'])
  })
})

describe('events from before there was a feed', () => {
  it('come first, in order of time, and those of a run in the order of its log', async () => {
    await create('a', 'b', 'c')
    for (const id of ['c', 'a', 'b']) {
      await store.appendEvents(id, append(0, started, completed('x')))
      await sleep(aMoment)
    }
    await store.appendEvents('c', append(2, completed('y')))
    // As a version left them that knew no feed; and a clock was set back.
    await admin.query(`
      update workflow_events set timestamp = timestamp - interval '1 hour' where run_id = 'c' and sequence = 3;
      drop table workflow_feed;
      alter table workflow_events drop column position;
      drop table workflow_annotations;
      alter table workflow_runs drop column last_annotation, drop column last_annotation_at;
      drop table workflow_log_entries;
      alter table workflow_runs drop column last_log_entry;
      delete from workflow_migrations where name <> '0001_tables'`)
    expect(await migrateStore(url)).toEqual(['0002_feed', '0003_annotations', '0004_logs'])
    await store.appendEvents('a', append(2, completed('new')))
    const { events } = await readAtLeast(8)
    expect(namesOf(events)).toEqual(['c 1', 'c 2', 'c 3', 'a 1', 'a 2', 'b 1', 'b 2', 'a 3'])
  })
})

describe('a database that was restored', () => {
  it('into another cluster is refused until it is migrated, and then read anew from the beginning', async () => {
    await create('a', 'b')
    await store.appendEvents('b', append(0, started))
    await sleep(aMoment)
    await store.appendEvents('a', append(0, started))
    await sleep(aMoment)
    const { cursor } = await readAtLeast(2)
    // The other cluster had counted much further.
    await admin.query(`update workflow_events set position = position + 1000000000`)
    await admin.query(`update workflow_feed set counter = 'another'`)
    await store.appendEvents('b', append(1, completed('x')))
    const refused = read(cursor)
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' })
    await expect(refused).rejects.toThrow(/another database cluster.*ion store migrate/)

    expect(await migrateStore(url)).toEqual(['feed recounted'])
    expect(await migrateStore(url)).toEqual([])
    await expect(read(cursor)).rejects.toMatchObject({ code: 'invalid_record' })
    const first = await readAtLeast(3)
    expect(namesOf(first.events)).toEqual(['b 1', 'a 1', 'b 2'])
    await store.appendEvents('a', append(1, completed('x')))
    expect(namesOf((await readAtLeast(1, first.cursor)).events)).toEqual(['a 2'])
  })

  it('to an earlier state refuses cursors of the later one', async () => {
    const { rows } = await admin.query('select generation from workflow_feed')
    const place = JSON.stringify([rows[0].generation, 1_000_000_000, 'a', 1])
    const refused = read(encodeFeedCursor(Buffer.from(place)))
    await expect(refused).rejects.toMatchObject({ code: 'invalid_record' })
    await expect(refused).rejects.toThrow('has been restored; begin anew')
  })
})

describe('a long log', () => {
  it('is read by the index, page by page, whether or not the plan is kept', async () => {
    await create('long')
    await admin.query(`
      insert into workflow_events (run_id, sequence, event_type, timestamp, payload, commit_id, position)
      select 'long', number, 'node_started', now(), '{}', number, number - 1000000 from generate_series(1, 20000) as number`)
    await admin.query('analyze workflow_events')
    const { text, values } = await statementOf((watched) => watched.readEvents({ limit: 100 }))
    const once = await admin.query(`explain analyze ${text}`, values)
    const kept = await admin.query(`explain (generic_plan) ${text}`)
    for (const { rows } of [once, kept]) {
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).toContain('Index Scan using workflow_events_by_position')
      expect(plan).not.toContain('Seq Scan on workflow_events')
    }
  })
})

/** The last statement of a call. */
async function statementOf(call: (watched: PostgresStore) => Promise<unknown>) {
  const statements: { text: string; values: unknown[] }[] = []
  const pool: PoolLike = {
    async connect() {
      const client = await admin.connect()
      return {
        query(statement) {
          statements.push(statement)
          return client.query(statement)
        },
        on: () => {},
        off: () => {},
        release: () => client.release(),
      }
    },
    end: async () => {},
    on: () => {},
    listeners: () => [],
  }
  await call(new PostgresStore({ pool, preparedStatements: false }))
  const last = statements.at(-1)
  if (!last) throw new Error('the call made no statement')
  return last
}

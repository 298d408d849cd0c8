import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { IWorkflowStore, NewEvent } from '@ion/store'
import { openStore as openPostgres } from '@ion/store-postgres'
import { openStore as openSqlite } from '@ion/store-sqlite'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresUrl } from './servers/environment.ts'
import { freshSchema } from './servers/fresh-database.ts'

type Row = Record<string, unknown>

/** A database that a store keeps runs in, as somebody finds it who knows nothing of Ion. */
interface Database {
  store: IWorkflowStore
  query(statement: string): Promise<Row[]>
  columnsOf(table: string): Promise<string[]>
  close(): Promise<void>
}

const databases: [string, () => Promise<Database>][] = [
  ['SQLite', sqlite],
  ['Postgres', postgres],
]

async function sqlite(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'ion-plain-sql-'))
  const file = join(folder, 'ion.db')
  const store = await openSqlite(`sqlite://${file}`)
  const reader = new DatabaseSync(file)
  const query = async (statement: string) => reader.prepare(statement).all()
  return {
    store,
    query,
    async columnsOf(table) {
      const known = await query(`select name from sqlite_master where type = 'table' and name = '${table}'`)
      expect(known).toHaveLength(1)
      return (await query(`select name from pragma_table_info('${table}')`)).map(({ name }) => String(name))
    },
    async close() {
      reader.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function postgres(): Promise<Database> {
  const { url, schema, cleanup } = freshSchema(postgresUrl())
  const store = await openPostgres(url)
  const reader = new Client({ connectionString: postgresUrl() })
  await reader.connect()
  await reader.query(`set search_path = ${schema}`)
  const query = async (statement: string): Promise<Row[]> => (await reader.query(statement)).rows
  return {
    store,
    query,
    async columnsOf(table) {
      const rows = await query(
        `select column_name from information_schema.columns
         where table_schema = '${schema}' and table_name = '${table}' order by ordinal_position`,
      )
      return rows.map(({ column_name }) => String(column_name))
    },
    async close() {
      await reader.end()
      await store.close()
      await cleanup()
    },
  }
}

const [failing, waiting] = ['failing-run', 'waiting-run']
const bytes = new TextEncoder().encode('a large output')
const ref = 'ab'.repeat(32)

/** A run that has failed after some nodes, and one that waits and has its answer. */
async function fill(store: IWorkflowStore): Promise<void> {
  const definition = {
    format: 'yaml',
    source: 'name: release',
    digest: 'cd'.repeat(32),
    path: null,
    files: {},
  } as const
  for (const id of [failing, waiting]) {
    await store.createWorkflowRun({
      id,
      workflowName: 'release',
      definition,
      userMessage: 'a \\ and a \0',
      inputs: { version: 1 },
    })
  }
  const error = { code: 'exit_code', message: 'it broke' }
  const events: NewEvent[] = [
    { type: 'workflow_started', payload: {} },
    { type: 'node_started', nodeId: 'notes', payload: { attempt: 1 } },
    {
      type: 'node_completed',
      nodeId: 'notes',
      payload: { output: 'the notes', exitCode: 0, zeta: 1, alpha: 2 },
    },
    { type: 'node_completed', nodeId: 'quiet', payload: { exitCode: 0 } },
    {
      type: 'node_completed',
      nodeId: 'loud',
      payload: { output: { ref, bytes: bytes.length, sha256: ref } },
    },
    { type: 'node_failed', nodeId: 'publish', payload: { error } },
    { type: 'workflow_failed', payload: { error } },
  ]
  await store.appendEvents(failing, {
    commitId: 'all',
    expectedSequence: 0,
    expectedSignal: 0,
    events,
    blobs: [{ ref, bytes }],
  })
  await store.appendEvents(waiting, {
    commitId: 'begin',
    expectedSequence: 0,
    events: [
      { type: 'workflow_started', payload: {} },
      { type: 'node_started', nodeId: 'review', payload: { gate: { message: 'Good?' } } },
    ],
  })
  await store.appendEvents(waiting, {
    commitId: 'pause',
    expectedSequence: 2,
    expectedSignal: 0,
    events: [],
    run: { status: 'paused' },
  })
  await store.sendSignal(waiting, {
    id: 'answer',
    kind: 'answer',
    gate: { nodeId: 'review', opened: 2 },
    by: 'ada',
    payload: { decision: 'approved' },
  })
}

const documentation = readFileSync(new URL('../docs/stores.md', import.meta.url), 'utf8')

/** What the documentation asks of the tables, each with its query. */
const documentedQueries = [...documentation.matchAll(/^([^\n]+):\n\n```sql\n(select [^`]*)```/gm)].map(
  ([, question = '', query = '']) => [question, query] as const,
)

describe.each(databases)('plain SQL on %s', (_, open) => {
  let database: Database
  beforeAll(async () => {
    database = await open()
    await fill(database.store)
  })
  afterAll(async () => await database.close())

  it.each([
    ['workflow_runs', ['id', 'workflow_name', 'status', 'user_message', 'created_at', 'updated_at']],
    ['workflow_events', ['run_id', 'sequence', 'event_type', 'timestamp', 'payload']],
    ['workflow_node_outputs', ['run_id', 'sequence', 'node_id']],
    ['workflow_signals', ['run_id', 'sequence']],
  ])('finds the table %s with its columns', async (table, columns) => {
    expect(await database.columnsOf(table)).toEqual(expect.arrayContaining(columns))
  })

  it('finds the tables and columns that are documented, and no others', async () => {
    const tables = [...documentation.matchAll(/^\| `(workflow_\w+)` \| [^|]+ \| (.*) \|$/gm)]
    expect(tables).toHaveLength(10)
    for (const [, table = '', cell = ''] of tables) {
      const documented = [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)
      expect([table, documented.sort()]).toEqual([table, (await database.columnsOf(table)).sort()])
    }
  })

  it('finds runs and the log in order', async () => {
    expect(await database.query('select id, workflow_name, status from workflow_runs order by id')).toEqual([
      { id: failing, workflow_name: 'release', status: 'failed' },
      { id: waiting, workflow_name: 'release', status: 'paused' },
    ])
    const log = await database.query(
      `select event_type, node_id from workflow_events where run_id = '${failing}' order by sequence`,
    )
    expect(log.map(({ event_type, node_id }) => [event_type, node_id])).toEqual([
      ['workflow_started', null],
      ['node_started', 'notes'],
      ['node_completed', 'notes'],
      ['node_completed', 'quiet'],
      ['node_completed', 'loud'],
      ['node_failed', 'publish'],
      ['workflow_failed', null],
    ])
  })

  it('finds outputs in their table, payloads without them, and bytes of large ones', async () => {
    const outputs = await database.query(
      `select sequence, node_id, cast(output as text) as output from workflow_node_outputs
       where run_id = '${failing}' order by sequence`,
    )
    expect(outputs.map((row) => [Number(row.sequence), row.node_id, JSON.parse(String(row.output))])).toEqual(
      [
        [3, 'notes', 'the notes'],
        [5, 'loud', { ref, bytes: bytes.length, sha256: ref }],
      ],
    )
    const payloads = await database.query(
      `select cast(payload as text) as payload from workflow_events
       where run_id = '${failing}' and event_type = 'node_completed' order by sequence`,
    )
    expect(payloads.map(({ payload }) => payload)).toEqual([
      '{"exitCode":0,"zeta":1,"alpha":2}',
      '{"exitCode":0}',
      '{}',
    ])
    const [blob] = await database.query(`select bytes from workflow_blobs where ref = '${ref}'`)
    expect(Buffer.from(blob?.bytes as Uint8Array).toString()).toBe('a large output')
  })

  it('finds texts as they were written, but for backslash and NUL', async () => {
    const [row] = await database.query(`select user_message from workflow_runs where id = '${failing}'`)
    expect(row?.user_message).toBe('a \\\\ and a \\u0000')
  })

  it('finds times in UTC with milliseconds', async () => {
    const run = await database.store.getWorkflowRun(failing)
    const [row] = await database.query(`select created_at from workflow_runs where id = '${failing}'`)
    const value = row?.created_at
    expect(value instanceof Date ? value.toISOString() : value).toBe(run?.createdAt)
  })

  it.each([
    ['a ninth type of event', "'node_paused'", "'{}'"],
    ['a payload that is no JSON', "'node_started'", "'{'"],
  ])('can not write %s', async (_what, type, payload) => {
    const now = "'2031-01-01T00:00:00.000Z'"
    const insert = (eventType: string, text: string) =>
      database.query(
        `insert into workflow_events (run_id, sequence, event_type, timestamp, node_id, payload, commit_id, position)
         values ('${failing}', 99, ${eventType}, ${now}, 'x', ${text}, 'c', 99)`,
      )
    await expect(insert(type, payload)).rejects.toThrow(/check constraint|type json/i)
    await insert("'node_started'", "'{}'")
    await database.query(`delete from workflow_events where run_id = '${failing}' and sequence = 99`)
  })

  it('can not write a status that there is not', async () => {
    await expect(
      database.query(`update workflow_runs set status = 'interrupted' where id = '${failing}'`),
    ).rejects.toThrow(/check constraint/i)
  })

  it.each(documentedQueries)('answers what the documentation asks: %s', async (_question, query) => {
    const rows = await database.query(query.replace('the id of a run', failing))
    expect(rows.length).toBeGreaterThan(0)
  })
})

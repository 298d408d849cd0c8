import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { CorruptError, type IWorkflowStore } from '@ion/store'
import { storeConformance } from '@ion/store-testkit'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresUrl } from '../../../test/servers/environment.ts'
import { type FreshDatabase, freshDatabase, freshSchema } from '../../../test/servers/fresh-database.ts'
import { migrateStore, openStore, PostgresStore } from './postgres-store.ts'

let database: FreshDatabase
/** Makes the tables. */
let owner: { role: string; url: string }
/** Runs workflows. */
let runner: { role: string; url: string }

beforeAll(async () => {
  database = await freshDatabase(postgresUrl())
  owner = await database.role()
  runner = await database.role()
})
afterAll(async () => await database.cleanup())

async function query(url: string, ...statements: string[]): Promise<unknown[]> {
  const server = new URL(url)
  server.searchParams.delete('schema')
  const client = new Client({ connectionString: server.href })
  await client.connect()
  try {
    let rows: unknown[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

function inSchema(url: string, schema: string): string {
  const inside = new URL(url)
  inside.searchParams.set('schema', schema)
  return inside.href
}

/** The statements of the documentation that let a role run workflows. */
function documentedGrants(schema: string): string {
  const page = readFileSync(new URL('../../../docs/stores.md', import.meta.url), 'utf8')
  const [, grants = ''] = /```sql\n([^`]*?\ngrant .*?)```/s.exec(page) ?? []
  expect(grants).toContain('ion_runner')
  return grants
    .replace(/^create role .*$/m, '')
    .replaceAll('ion_runner', runner.role)
    .replaceAll('ion_owner', owner.role)
    .replaceAll(/\bion\b/g, schema)
}

/** A new schema that the owner owns, who may make no schemas. */
async function ownedSchema(): Promise<{ schema: string; cleanup(): Promise<void> }> {
  const fresh = freshSchema(database.url)
  await query(database.url, `create schema ${fresh.schema} authorization ${owner.role}`)
  return fresh
}

async function migratedSchema() {
  const fresh = await ownedSchema()
  await migrateStore(inSchema(owner.url, fresh.schema))
  await query(owner.url, documentedGrants(fresh.schema))
  return { url: inSchema(runner.url, fresh.schema), cleanup: fresh.cleanup }
}

async function tablesIn(schema: string): Promise<unknown[]> {
  return await query(
    database.url,
    `select table_name from information_schema.tables where table_schema = '${schema}'`,
  )
}

describe('a role that may make no tables', () => {
  const areas = [
    'runs',
    'run fields',
    'deletion',
    'listing',
    'events',
    'commits',
    'outputs',
    'claims',
    'signals',
    'feed',
    'annotations',
    'logs',
  ]
  const { abilities } = new PostgresStore({ connectionString: 'postgres://nowhere/nothing' })
  const module = new URL('./index.ts', import.meta.url).href
  const cases = storeConformance({
    name: 'PostgresStore',
    module,
    url: migratedSchema,
    abilities,
    offers: ['annotations', 'annotation import', 'feed', 'logs'],
    clock: 'server',
  })

  // The kit runs whole elsewhere, as a role with all rights.
  const stride = process.env.ION_LONG ? 1 : 8

  it.each(areas)(
    'does everything with %s, with the rights that are documented',
    async (area) => {
      const wanted = cases.filter((item) => item.area === area && item.skipped === null)
      expect(wanted.length).toBeGreaterThan(0)
      for (const { run } of wanted.filter((_, index) => index % stride === 0)) await run()
    },
    120_000,
  )

  it('can change nothing that was logged', async () => {
    const { url, cleanup } = await migratedSchema()
    const schema = new URL(url).searchParams.get('schema')
    for (const table of [
      'workflow_events',
      'workflow_node_outputs',
      'workflow_commits',
      'workflow_signals',
      'workflow_annotations',
      'workflow_log_entries',
    ]) {
      await expect(query(url, `update ${schema}.${table} set run_id = 'other'`)).rejects.toThrow(
        `permission denied for table ${table}`,
      )
    }
    await cleanup()
  })

  it('is told before the migration what has to be done', async () => {
    const { schema, cleanup } = await ownedSchema()
    await query(owner.url, `grant usage on schema ${schema} to ${runner.role}`)
    for (const [migrates, said] of [
      [true, /permission denied for schema .*may not make .*ion store migrate/],
      [false, /lacks 0001_tables.*ion store migrate/],
    ] as const) {
      const refused = openStore(inSchema(runner.url, schema), { migrates })
      await expect(refused).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(said),
      })
    }
    await expect(migrateStore(inSchema(runner.url, schema))).rejects.toThrow(
      /may not make .*ion store migrate/,
    )
    await cleanup()
  })

  it('is told that it has no schema, where nobody has made it', async () => {
    const { schema } = freshSchema(database.url)
    await expect(openStore(inSchema(runner.url, schema))).rejects.toThrow(
      /permission denied for database .*may not make .*ion store migrate/,
    )
  })

  it('is told which rights it lacks after the migration', async () => {
    const { schema, cleanup } = await ownedSchema()
    await migrateStore(inSchema(owner.url, schema))
    await expect(openStore(inSchema(runner.url, schema))).rejects.toThrow(
      /permission denied for (schema|table) .*: grant this role/,
    )
    await query(owner.url, `grant usage on schema ${schema} to ${runner.role}`)
    await expect(openStore(inSchema(runner.url, schema))).rejects.toThrow(
      'permission denied for table workflow_migrations: grant this role',
    )
    await cleanup()
  })
})

describe('migrating', () => {
  it('is done once, by however many handles at the same time', async () => {
    const { schema, url, cleanup } = freshSchema(database.url)
    const made = await Promise.all(Array.from({ length: 8 }, () => migrateStore(url)))
    expect(made.flat()).toEqual(['0001_tables', '0002_feed', '0003_annotations', '0004_logs'])
    expect(await query(database.url, `select name from ${schema}.workflow_migrations`)).toEqual([
      { name: '0001_tables' },
      { name: '0002_feed' },
      { name: '0003_annotations' },
      { name: '0004_logs' },
    ])
    await cleanup()
  })

  it('is done once, by however many processes at the same time', async () => {
    const { schema, url, cleanup } = freshSchema(database.url)
    const module = new URL('./index.ts', import.meta.url).href
    const script = `import { migrateStore } from ${JSON.stringify(module)}
console.log(JSON.stringify(await migrateStore(${JSON.stringify(url)})))`
    const results = await Promise.all([0, 1, 2].map(() => printed(script)))
    expect(results.flatMap((text): string[] => JSON.parse(text))).toEqual([
      '0001_tables',
      '0002_feed',
      '0003_annotations',
      '0004_logs',
    ])
    expect(await query(database.url, `select name from ${schema}.workflow_migrations`)).toHaveLength(4)
    await cleanup()
  })

  it('leaves nothing half done when it fails', async () => {
    const { schema, cleanup } = await ownedSchema()
    await query(owner.url, `create table ${schema}.workflow_signals (mine int)`)
    await expect(migrateStore(inSchema(owner.url, schema))).rejects.toThrow(/workflow_signals/)
    expect(await tablesIn(schema)).not.toContainEqual({ table_name: 'workflow_runs' })
    await query(owner.url, `drop table ${schema}.workflow_signals`)
    expect(await migrateStore(inSchema(owner.url, schema))).toEqual([
      '0001_tables',
      '0002_feed',
      '0003_annotations',
      '0004_logs',
    ])
    await cleanup()
  })

  it("refuses a newer version's database, and changes nothing in it", async () => {
    const { schema, url, cleanup } = freshSchema(database.url)
    await migrateStore(url)
    await query(
      database.url,
      `insert into ${schema}.workflow_migrations (name, timestamp) values ('0099_wings', '2031-01-01')`,
      `drop table ${schema}.workflow_blobs`,
    )
    const before = await tablesIn(schema)
    for (const attempt of [
      () => openStore(url),
      () => openStore(url, { migrates: false }),
      () => migrateStore(url),
    ]) {
      const error = await attempt().then(
        () => undefined,
        (caught: unknown) => caught,
      )
      expect(error).toBeInstanceOf(CorruptError)
      expect(error).toHaveProperty('message', expect.stringMatching(/newer version of Ion \(0099_wings\)/))
    }
    expect(await tablesIn(schema)).toEqual(before)
    await cleanup()
  })
})

describe('the schema', () => {
  it.each(['My Schema', 'ÄRGER', 'with "quotes"', "it's", 'a.b', '$user', 'select', 'a;b--c', '%41'])(
    'may be called %j',
    async (schema) => {
      const url = inSchema(database.url, schema)
      const store = await openStore(url)
      await createRun(store)
      expect((await store.listWorkflowRuns({}, { limit: 10 })).items).toHaveLength(1)
      await store.deleteWorkflowRun('first')
      await store.close()
      expect(await migrateStore(url)).toEqual([])
      expect(await query(database.url, schemasOf())).toContainEqual({ schema })
      await query(database.url, `drop schema "${schema.replaceAll('"', '""')}" cascade`)
    },
  )

  it("is the first of the role's search path where none is named", async () => {
    const { schema, cleanup } = await ownedSchema()
    await query(
      database.url,
      `alter role ${owner.role} in database ${database.database} set search_path = ${schema}`,
    )
    const store = await openStore(owner.url)
    await createRun(store)
    await store.close()
    expect(await query(database.url, schemasOf())).toContainEqual({ schema })
    await cleanup()
  })
})

function schemasOf(): string {
  return `select table_schema as schema from information_schema.tables where table_name = 'workflow_runs'`
}

async function createRun(store: IWorkflowStore): Promise<void> {
  const definition = {
    format: 'yaml',
    source: 'name: w',
    digest: 'ab'.repeat(32),
    path: null,
    files: {},
  } as const
  await store.createWorkflowRun({ id: 'first', workflowName: 'w', definition })
}

async function printed(script: string): Promise<string> {
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script])
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the process ended with ${code}: ${stderr}`)
  return stdout
}

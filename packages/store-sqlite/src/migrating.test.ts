import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CorruptError } from '@ion/store'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrateStore, openStore } from './sqlite-store.ts'

let folder: string
let file: string
let url: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ion-migrating-'))
  file = join(folder, 'ion.db')
  url = pathToFileURL(file).href.replace('file:', 'sqlite:')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs statements, or a query that is the only one, past the store. */
function sql(...statements: string[]): unknown[] {
  const database = new Database(file)
  try {
    const prepared = statements.map((text) => database.prepare(text))
    return prepared.flatMap((statement) => (statement.reader ? statement.all() : [statement.run()]))
  } finally {
    database.close()
  }
}

async function migrateElsewhere(): Promise<string[]> {
  const module = JSON.stringify(new URL('./index.ts', import.meta.url).href)
  const script = `import { migrateStore } from ${module}
console.log(JSON.stringify(await migrateStore(${JSON.stringify(url)})))`
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script])
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the process ended with ${code}: ${printed}`)
  return JSON.parse(printed)
}

describe('migrating', () => {
  it('is done once, by however many handles at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => migrateStore(url)))
    expect(made.flat()).toEqual(['0001_tables', '0002_feed', '0003_annotations', '0004_logs'])
    expect(await migrateStore(url)).toEqual([])
  })

  it('is done once, by however many processes at the same time', async () => {
    const made = await Promise.all([0, 1, 2].map(migrateElsewhere))
    expect(made.flat()).toEqual(['0001_tables', '0002_feed', '0003_annotations', '0004_logs'])
    expect(sql('select name from workflow_migrations')).toEqual([
      { name: '0001_tables' },
      { name: '0002_feed' },
      { name: '0003_annotations' },
      { name: '0004_logs' },
    ])
  })

  it('can be left to somebody else', async () => {
    await expect(openStore(url, { migrates: false })).rejects.toThrow(/lacks 0001_tables.*ion store migrate/)
    await migrateStore(url)
    await (await openStore(url, { migrates: false })).close()
  })

  it("refuses a newer version's file, and changes nothing in it", async () => {
    await migrateStore(url)
    sql(
      `insert into workflow_migrations (name, timestamp) values ('0099_wings', '2031-01-01')`,
      'drop table workflow_blobs',
    )
    const tables = () => sql('select name, sql from sqlite_master order by name')
    const before = tables()
    for (const attempt of [() => openStore(url), () => migrateStore(url)]) {
      const refused = attempt()
      await expect(refused).rejects.toBeInstanceOf(CorruptError)
      await expect(refused).rejects.toThrow('newer version of Ion (0099_wings)')
    }
    expect(tables()).toEqual(before)
  })
})

describe('a file in use', () => {
  it('can be copied whole', async () => {
    const store = await openStore(url)
    const definition = { format: 'yaml', source: '', digest: 'ab'.repeat(32), path: null, files: {} } as const
    await store.createWorkflowRun({ id: 'first', workflowName: 'w', definition })
    const copy = join(folder, 'copy.db')
    sql(`vacuum into '${copy}'`)
    await store.close()
    const copied = await openStore(url.replace('ion.db', 'copy.db'))
    expect(await copied.getWorkflowRun('first')).toMatchObject({ workflowName: 'w' })
    await copied.close()
  })
})

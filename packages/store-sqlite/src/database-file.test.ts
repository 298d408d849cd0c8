import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openDatabase } from './open-database.ts'
import { append, newRun, scratchFolder, started } from './scratch.test-support.ts'
import { openStore, SqliteStore } from './sqlite-store.ts'

const file = scratchFolder()

async function filled(path: string): Promise<SqliteStore> {
  const store = new SqliteStore({ file: path })
  await store.createWorkflowRun(newRun('run'))
  await store.appendEvents('run', append(0, started))
  return store
}

/** Where SQLite keeps a database. */
const partsOf = (path: string) => [path, `${path}-wal`, `${path}-shm`]

describe('a file that was taken away under its store', () => {
  it('is written to no more when it was deleted', async () => {
    const path = file('deleted.db')
    const store = await filled(path)
    for (const part of partsOf(path)) rmSync(part)
    const next = store.appendEvents('run', append(1, started))
    await expect(next).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining(path) })
    await store.close()
  })

  it('is written to no more when another took its place', async () => {
    const [path, other] = [file('replaced.db'), file('other.db')]
    const store = await filled(path)
    await (await filled(other)).close()
    for (const part of partsOf(path)) rmSync(part)
    renameSync(other, path)
    const next = store.appendEvents('run', append(1, started))
    await expect(next).rejects.toMatchObject({ code: 'corrupt' })
    await store.close()
    const reader = new SqliteStore({ file: path })
    expect(await reader.getWorkflowRun('run')).toMatchObject({ lastSequence: 1 })
    await reader.close()
  })
})

describe('a file that holds something else', () => {
  it.each([
    ['a text', 'A text that somebody wrote, and longer than the header of a database. '.repeat(10)],
    ['a short text', 'hello'],
  ])('is refused as corrupt and left as it is: %s', async (what, text) => {
    const path = file(`${what}.db`)
    writeFileSync(path, text)
    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(path),
    })
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(readdirSync(file('.')).filter((name) => name.startsWith(`${what}.db`))).toEqual([`${what}.db`])
  })

  it('is refused when it is a folder, or lies under a file', async () => {
    mkdirSync(file('folder'))
    writeFileSync(file('plain'), '')
    for (const path of [file('folder'), file('plain/ion.db')]) {
      await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({
        code: 'unavailable',
        outcome: 'none',
      })
    }
  })

  it('is taken when it is empty', async () => {
    writeFileSync(file('empty.db'), '')
    const store = await filled(file('empty.db'))
    expect(await store.getWorkflowRun('run')).toMatchObject({ lastSequence: 1 })
    await store.close()
  })

  it('keeps the tables and settings of its host', async () => {
    const path = file('host.db')
    const host = new Database(path)
    host.exec(
      'create table notes (text); insert into notes values (1); pragma user_version = 7; pragma application_id = 9',
    )
    host.close()
    await (await filled(path)).close()
    const again = new Database(path)
    expect(again.prepare('select * from notes').all()).toEqual([{ text: 1 }])
    expect(again.pragma('user_version', { simple: true })).toBe(7)
    expect(again.pragma('application_id', { simple: true })).toBe(9)
    again.close()
  })

  it('is refused as corrupt when a part of it is missing', async () => {
    const path = file('cut.db')
    const store = await filled(path)
    for (let index = 0; index < 30; index++) {
      await store.createWorkflowRun({ ...newRun(`r${index}`), userMessage: 'x'.repeat(3_000) })
    }
    await store.close()
    truncateSync(path, 12_288)
    const cut = new SqliteStore({ file: path })
    await expect(cut.listWorkflowRuns({}, { limit: 100 })).rejects.toMatchObject({ code: 'corrupt' })
    await cut.close()
  })
})

describe('the name of a file', () => {
  const names = [
    'a b.db',
    'ü.db',
    'q?x.db',
    'h#x.db',
    'p%20.db',
    '%zz.db',
    "it's.db",
    'semi;.db',
    'back\\slash.db',
  ]

  it.each(names)('may be %j, also for another thread', async (name) => {
    const store = await filled(file(name))
    expect(existsSync(file(name))).toBe(true)
    const other = await openStore(store.reopen.url)
    expect(await other.getWorkflowRun('run')).toMatchObject({ lastSequence: 1 })
    await other.close()
    await store.close()
  })

  it('counts from the folder where the store was made', async () => {
    const before = process.cwd()
    mkdirSync(file('elsewhere'))
    try {
      process.chdir(file('.'))
      const store = new SqliteStore({ file: 'relative.db' })
      process.chdir('elsewhere')
      await store.createWorkflowRun(newRun('run'))
      await store.close()
    } finally {
      process.chdir(before)
    }
    expect(existsSync(file('relative.db'))).toBe(true)
    expect(readdirSync(file('elsewhere'))).toEqual([])
  })

  it('is not cut short', async () => {
    await (await openStore(`sqlite://${file('not#short.db')}`)).close()
    expect(existsSync(file('not#short.db'))).toBe(true)
    for (const url of [`sqlite:${file('not\0short.db')}`, `sqlite://${file('not%00short.db')}`]) {
      await expect(openStore(url)).rejects.toMatchObject({ code: 'invalid_record' })
    }
    expect(existsSync(file('not'))).toBe(false)
  })

  it.each([
    'sqlite:',
    'sqlite::memory:',
    'sqlite://host/a.db',
    'sqlite:a.db?synchronous=off',
    'sqlite:a.db?cache=x',
  ])('is refused where there is none: %s', async (url) => {
    await expect(openStore(url)).rejects.toMatchObject({ code: 'invalid_record' })
  })
})

describe('what was acknowledged', () => {
  it.each([
    ['full', 2],
    ['normal', 1],
  ] as const)('is as durable as asked for (%s), in a new file and an old one', (synchronous, level) => {
    const old = new Database(file(`${synchronous}-old.db`))
    old.exec('create table notes (text)')
    old.close()
    for (const name of ['new', 'old', 'new', 'old']) {
      const database = openDatabase(file(`${synchronous}-${name}.db`), synchronous)
      expect(database.pragma('synchronous', { simple: true })).toBe(level)
      expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
      database.close()
    }
  })
})

import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RunSummary } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { systemError } from './faulty-files.ts'
import { type FileSystem, nodeFileSystem } from './file-system.ts'
import type { FilesystemStore } from './filesystem-store.ts'
import { claimedRun, freshFolder, logPath, newRun, openFolder, startedRun } from './scenario.ts'

const many = 40

/** The disk, without waiting for the medium: many runs are made. */
const hastily: FileSystem = {
  ...nodeFileSystem,
  createFile: (path, bytes) => nodeFileSystem.createFile(path, bytes, false),
  flushFolder: async () => {},
}

/** A folder with runs that nothing was written to lately. */
async function folderOfRuns(): Promise<string> {
  const folder = freshFolder()
  const store = openFolder(folder, { files: hastily })
  for (let n = 0; n < many; n++) await store.createWorkflowRun(newRun(`r${n}`))
  await store.close()
  for (let n = 0; n < many; n++) age(folder, `r${n}`)
  return folder
}

function age(folder: string, id: string): void {
  const time = new Date(Date.now() - 60_000)
  utimesSync(logPath(folder, id), time, time)
}

/** The disk, with what was read of runs and which logs were looked at. */
function watchedFiles() {
  const read = new Set<string>()
  const lookedAt = new Set<string>()
  const runOf = (path: string) => basename(dirname(path))
  const files: FileSystem = {
    ...nodeFileSystem,
    readFile: (path) => {
      if (basename(path) === 'run.json') read.add(runOf(path))
      return nodeFileSystem.readFile(path)
    },
    openLog: (path) => {
      read.add(runOf(path))
      return nodeFileSystem.openLog(path)
    },
    lookAt: (path) => {
      lookedAt.add(runOf(path))
      return nodeFileSystem.lookAt(path)
    },
  }
  return { files, read, lookedAt }
}

async function allRuns(store: FilesystemStore, limit = 1_000): Promise<RunSummary[]> {
  const runs: RunSummary[] = []
  for (let cursor: string | null = null; ; ) {
    const page = await store.listWorkflowRuns({}, { limit, ...(cursor === null ? {} : { cursor }) })
    runs.push(...page.items)
    if (page.next === null) return runs
    cursor = page.next
  }
}

const idsIn = (runs: RunSummary[]) => runs.map(({ id }) => id).sort()

describe('a list', () => {
  it('reads a run again only when its log has changed', async () => {
    const folder = await folderOfRuns()
    const { files, read } = watchedFiles()
    const store = openFolder(folder, { files })
    const before = await allRuns(store)
    expect(read.size).toBe(many)
    read.clear()
    expect(await allRuns(store)).toEqual(before)
    expect([...read]).toEqual([])
    const other = openFolder(folder)
    await other.updateWorkflowRun('r7', { priority: 3 })
    expect((await allRuns(store)).find(({ id }) => id === 'r7')).toMatchObject({ priority: 3 })
    expect([...read]).toEqual(['r7'])
  })

  it('looks for its next pages only at the runs that come next', async () => {
    const folder = await folderOfRuns()
    const { files, read, lookedAt } = watchedFiles()
    const store = openFolder(folder, { files })
    const { next } = await store.listWorkflowRuns({}, { limit: 1 })
    read.clear()
    lookedAt.clear()
    const { items } = await store.listWorkflowRuns({}, { limit: 1, cursor: next ?? '' })
    expect(items).toHaveLength(1)
    expect(read.size).toBe(0)
    expect(lookedAt.size).toBeLessThan(many)
  })

  it('has on its next pages what was made, changed and deleted since its first', async () => {
    const folder = await folderOfRuns()
    const store = openFolder(folder)
    const all = await allRuns(store)
    const [first, second, third] = all.slice(-3).map(({ id }) => id)
    if (first === undefined || second === undefined || third === undefined) throw new Error('too few runs')
    const { next } = await store.listWorkflowRuns({}, { limit: many - 3 })
    const other = openFolder(folder)
    await other.deleteWorkflowRun(first)
    await other.createWorkflowRun(newRun(first, { userMessage: 'anew' }))
    await other.updateWorkflowRun(second, { priority: 9 })
    const page = await store.listWorkflowRuns({}, { limit: 10, cursor: next ?? '' })
    expect(page.items.map(({ id, priority }) => [id, priority])).toEqual([
      [second, 9],
      [third, 0],
    ])
    expect((await store.listWorkflowRuns({}, { limit: 1 })).items).toMatchObject([
      { id: first, userMessage: 'anew' },
    ])
  })
})

describe('.catalog', () => {
  const catalog = (folder: string) => join(folder, '.catalog')

  /** A folder whose catalog has been written. */
  async function listedFolder(): Promise<string> {
    const folder = await folderOfRuns()
    await claimedRun(openFolder(folder), 60_000, 'held')
    age(folder, 'held')
    const store = openFolder(folder)
    await allRuns(store)
    await store.close()
    return folder
  }

  it('spares the next process reading what has not changed', async () => {
    const folder = await listedFolder()
    const before = await allRuns(openFolder(folder))
    const { files, read } = watchedFiles()
    const store = openFolder(folder, { files })
    expect(await allRuns(store)).toEqual(before)
    expect([...read]).toEqual([])
    const feed = await store.readEvents({ limit: 10 })
    expect(feed.events).toMatchObject([{ runId: 'held', sequence: 1 }])
  })

  it('is never believed over the logs', async () => {
    const folder = await listedFolder()
    const store = openFolder(folder)
    await startedRun(store, 'new')
    await store.failWorkflowRun('new', { code: 'x', message: 'no' })
    await store.updateWorkflowRun('r1', { priority: 5 })
    await store.deleteWorkflowRun('r2')
    await store.deleteWorkflowRun('r3')
    await store.createWorkflowRun(newRun('r3', { userMessage: 'anew' }))
    const runs = await allRuns(openFolder(folder))
    expect(idsIn(runs)).toHaveLength(many + 1)
    expect(runs.slice(0, 2)).toMatchObject([
      { id: 'r3', userMessage: 'anew' },
      { id: 'new', status: 'failed' },
    ])
    expect(runs.find(({ id }) => id === 'r1')).toMatchObject({ priority: 5 })
    expect(runs.find(({ id }) => id === 'r2')).toBeUndefined()
  })

  it.each([
    ['is missing', () => null],
    ['is empty', () => ''],
    ['is cut short', (text: string) => text.slice(0, -100)],
    ['was altered', (text: string) => text.replace('"hello"', '"hullo"')],
    ['is of another version', (text: string) => text.replace('"format":1', '"format":99')],
  ])('loses nothing when it %s', async (_, spoil) => {
    const folder = await listedFolder()
    const before = await allRuns(openFolder(folder))
    const text = spoil(readFileSync(catalog(folder), 'utf8'))
    if (text === null) rmSync(catalog(folder))
    else writeFileSync(catalog(folder), text)
    const store = openFolder(folder)
    expect(await allRuns(store)).toEqual(before)
    await store.close()
    expect(readFileSync(catalog(folder), 'utf8').split('\n')).toHaveLength(many + 3)
  })

  it('has nothing of a log that was written a moment ago, and no token', async () => {
    const folder = await folderOfRuns()
    const claim = await claimedRun(openFolder(folder), 60_000, 'held')
    const first = openFolder(folder)
    await allRuns(first)
    await first.close()
    expect(readFileSync(catalog(folder), 'utf8')).not.toContain('"held"')
    age(folder, 'held')
    rmSync(catalog(folder))
    const second = openFolder(folder)
    await allRuns(second)
    await second.close()
    const text = readFileSync(catalog(folder), 'utf8')
    expect(text).toContain('"held"')
    expect(text).not.toContain(claim.token)
  })

  it('is not needed: where it can not be written, lists are as ever, and nothing is left lying about', async () => {
    const folder = await folderOfRuns()
    const full = async () => await Promise.reject<never>(systemError('ENOSPC'))
    for (const files of [
      { ...nodeFileSystem, createFile: full },
      { ...nodeFileSystem, rename: full },
    ]) {
      const store = openFolder(folder, { files })
      expect(await allRuns(store)).toHaveLength(many)
      await store.close()
      expect(existsSync(catalog(folder))).toBe(false)
      expect(readdirSync(join(folder, '.tmp'))).toEqual([])
    }
  })
})

import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { currentOwner, digestRun, type IWorkflowStore } from '@ion/store'
import { FilesystemStore } from '@ion/store-fs'
import { MemoryStore } from '@ion/store-testkit'
import { describe, expect, it } from 'vitest'
import { copyRuns } from './copy-runs.ts'
import type { MovedRun } from './moved-run.ts'
import { makePausedRun, makeRunFiles, runFilesIn } from './moving-fixture.test-support.ts'

/** Two places for runs in files. */
function places() {
  const root = mkdtempSync(join(tmpdir(), 'ion-copy-'))
  const from = new FilesystemStore({ artifactsDir: join(root, 'from') })
  const to = new FilesystemStore({ artifactsDir: join(root, 'to') })
  return { root, from, to }
}

async function copy(from: IWorkflowStore, to: IWorkflowStore, runs?: string[]) {
  const told: MovedRun[] = []
  const options = { from: { store: from }, to: { store: to }, onRun: (run: MovedRun) => told.push(run) }
  const result = await copyRuns({ ...options, ...(runs ? { runs } : {}) })
  return { result, told }
}

describe('copyRuns', () => {
  it('carries runs with signals that nobody has taken and with their files, and leaves the source as it is', async () => {
    const { from, to } = places()
    for (const id of ['a', 'b']) await makePausedRun(from, id)
    makeRunFiles(from.runFolder('a'))
    const before = [await digestRun(from, 'a'), await digestRun(from, 'b')]
    const { result, told } = await copy(from, to)
    expect(result).toEqual({ copied: 2, present: 0, refused: 0, interrupted: false })
    expect(told.map(({ runId, files }) => [runId, files.copied])).toEqual([
      ['b', 0],
      ['a', 4],
    ])
    for (const store of [from, to])
      expect([await digestRun(store, 'a'), await digestRun(store, 'b')]).toEqual(before)
    expect(await to.getSignals('a', { limit: 10 })).toEqual(await from.getSignals('a', { limit: 10 }))
    expect(runFilesIn(to.runFolder('a'))).toEqual(runFilesIn(from.runFolder('a')))
    expect((await copy(from, to)).result).toMatchObject({ copied: 0, present: 2 })
  })

  it('goes on where it was cut short, also between a run and its files', async () => {
    const { from, to } = places()
    await makePausedRun(from, 'a')
    await copy(from, to)
    makeRunFiles(from.runFolder('a'))
    const { told } = await copy(from, to)
    expect(told[0]).toMatchObject({ outcome: 'copied', files: { copied: 4, present: 0 } })
    expect(runFilesIn(to.runFolder('a'))).toEqual(runFilesIn(from.runFolder('a')))
  })

  it('refuses a run that is held, or goes on meanwhile, and copies the others', async () => {
    const from = new MemoryStore()
    for (const id of ['changing', 'held', 'settled']) await makePausedRun(from, id)
    const start = {
      commitId: 'x',
      expectedSequence: 3,
      events: [{ type: 'workflow_started' as const, payload: {} }],
    }
    await from.claimWorkflowRun('held', currentOwner(), 60_000, start)
    const readBlob = from.readBlob.bind(from)
    from.readBlob = async (id, ref) => {
      if (id === 'changing') await from.claimWorkflowRun(id, currentOwner(), 60_000, start)
      return await readBlob(id, ref)
    }
    const to = new MemoryStore()
    const { result, told } = await copy(from, to, ['changing', 'held', 'settled', 'nosuch'])
    expect(result).toMatchObject({ copied: 1, refused: 3 })
    const codes = told.map(({ error }) => error?.code)
    expect(codes).toEqual(['run_held', 'run_held', undefined, 'not_found'])
    const { items } = await to.listWorkflowRuns({}, { limit: 10 })
    expect(items.map(({ id }) => id)).toEqual(['settled'])
  })

  it('names a run whose copy is not what was read', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    await makePausedRun(from, 'a')
    const getSignals = to.getSignals.bind(to)
    to.getSignals = async (id, page) =>
      (await getSignals(id, page)).map((signal) => ({ ...signal, by: 'eve' }))
    const { told } = await copy(from, to)
    expect(told[0]).toMatchObject({
      error: { code: 'copy_mismatch', message: expect.stringContaining('run a ') },
    })
  })

  it('follows no links, and says so; writes over no other file', async () => {
    const { root, from, to } = places()
    await makePausedRun(from, 'a')
    makeRunFiles(from.runFolder('a'))
    writeFileSync(join(root, 'secret'), 'not mine')
    symlinkSync(join(root, 'secret'), join(from.runFolder('a'), 'artifacts/link'))
    const { told } = await copy(from, to)
    expect(told[0]?.files.skipped).toEqual([{ path: 'artifacts/link', reason: 'a symbolic link' }])
    expect(existsSync(join(to.runFolder('a'), 'artifacts/link'))).toBe(false)

    writeFileSync(join(to.runFolder('a'), 'artifacts/report.md'), 'another')
    const again = await copy(from, to)
    expect(again.told[0]).toMatchObject({ outcome: 'refused', error: { code: 'file_exists' } })
    expect(runFilesIn(to.runFolder('a'))['artifacts/report.md']).toMatch(/another$/)
  })

  it('writes no file through a link in the other folder', async () => {
    const { root, from, to } = places()
    await makePausedRun(from, 'a')
    await copy(from, to)
    makeRunFiles(from.runFolder('a'))
    mkdirSync(join(root, 'elsewhere'))
    symlinkSync(join(root, 'elsewhere'), join(to.runFolder('a'), 'artifacts/deep'))
    const { told } = await copy(from, to)
    expect(told[0]).toMatchObject({ error: { code: 'file_exists' } })
    expect(existsSync(join(root, 'elsewhere/tool.sh'))).toBe(false)
  })

  it('ends after the run that is under way when it is told to', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    for (const id of ['a', 'b']) await makePausedRun(from, id)
    const stop = new AbortController()
    const sides = { from: { store: from }, to: { store: to } }
    const result = await copyRuns({ ...sides, signal: stop.signal, onRun: () => stop.abort() })
    expect(result).toMatchObject({ copied: 1, interrupted: true })
  })

  it('says at once when the other store takes in no runs', async () => {
    const to: IWorkflowStore & { importWorkflowRun?: unknown } = new MemoryStore()
    Object.defineProperty(to, 'importWorkflowRun', { value: undefined })
    await expect(copy(new MemoryStore(), to)).rejects.toMatchObject({ code: 'cannot_import' })
  })
})

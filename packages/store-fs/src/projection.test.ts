import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { faultyFiles, systemError } from './faulty-files.ts'
import { nodeFileSystem } from './file-system.ts'
import type { FilesystemStore } from './filesystem-store.ts'
import {
  claimedRun,
  completed,
  freshFolder,
  logPath,
  openFolder,
  readOutputs,
  startedRun,
} from './scenario.ts'

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const runJson = (folder: string) => join(folder, 'r', 'run.json')

async function closedRun(folder: string) {
  const store = openFolder(folder)
  await startedRun(store)
  await store.createWorkflowEvent('r', completed('x'))
  await store.updateWorkflowRun('r', { metadata: { host: 'a' }, priority: 3 })
  const run = await store.getWorkflowRun('r')
  await store.close()
  return run
}

const listed = async (store: FilesystemStore) => (await store.listWorkflowRuns({}, { limit: 10 })).items

describe('run.json', () => {
  it('has the record for people to read, and no token', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    const claim = await claimedRun(store)
    await store.close()
    expect(readJson(runJson(folder))).toMatchObject({
      ...{ id: 'r', workflowName: 'hello', status: 'running', lastSequence: 1 },
      claim: { number: 1, expiresAt: claim.expiresAt, owner: { pid: process.pid } },
    })
    expect(readFileSync(runJson(folder), 'utf8')).not.toContain(claim.token)
  })

  it.each([
    ['is missing', (path: string) => rmSync(path)],
    ['is empty', (path: string) => truncateSync(path)],
    [
      'is damaged',
      (path: string) =>
        writeFileSync(path, readFileSync(path, 'utf8').replace('"x', '"y').replace(': 3', ': 4')),
    ],
    ['is of another version', (path: string) => writeFileSync(path, '{"format":99}')],
  ])('loses nothing when it %s', async (_, spoil) => {
    const folder = freshFolder()
    const run = await closedRun(folder)
    const before = readFileSync(runJson(folder), 'utf8')
    spoil(runJson(folder))
    const store = openFolder(folder)
    expect(await listed(store)).toMatchObject([{ id: 'r', lastSequence: 2, priority: 3 }])
    expect(await store.getWorkflowRun('r')).toEqual(run)
    expect(await readOutputs(store)).toEqual(['x'])
    await store.close()
    expect(readFileSync(runJson(folder), 'utf8'), 'it was not made again').toBe(before)
  })

  it('may be behind: lists go on from there, and the next writer makes up for it', async () => {
    const folder = freshFolder()
    await closedRun(folder)
    const behind = readFileSync(runJson(folder))
    const store = openFolder(folder)
    await store.createWorkflowEvent('r', completed('y', 'b/1'))
    await store.failWorkflowRun('r', { code: 'x', message: 'no' })
    await store.close()
    writeFileSync(runJson(folder), behind)
    rmSync(join(folder, 'r', 'nodes', 'b'), { recursive: true })
    const second = openFolder(folder)
    expect(await listed(second)).toMatchObject([{ status: 'failed', lastSequence: 4, error: { code: 'x' } }])
    await second.updateWorkflowRun('r', { priority: 9 })
    await second.close()
    expect(readJson(runJson(folder))).toMatchObject({ status: 'failed', lastSequence: 4, priority: 9 })
    expect(existsSync(join(folder, 'r', 'nodes', 'b', '1.json'))).toBe(true)
  })

  it('is no reason for a run to fail when it cannot be written', async () => {
    const folder = freshFolder()
    const rename: typeof nodeFileSystem.rename = async (from, to) => {
      if (to.endsWith('.json')) throw systemError('ENOSPC')
      await nodeFileSystem.rename(from, to)
    }
    const store = openFolder(folder, { files: faultyFiles({}, { rename }) })
    await startedRun(store)
    await store.close()
    expect(existsSync(runJson(folder))).toBe(false)
    expect(await listed(openFolder(folder))).toMatchObject([{ id: 'r', status: 'running' }])
  })
})

describe('the folder nodes', () => {
  it('has how each path ended last, also below others', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    await startedRun(store)
    await store.createWorkflowEvent('r', completed('one', 'refine'))
    await store.createWorkflowEvent('r', completed('two', 'refine/1/check'))
    await store.createWorkflowEvent('r', completed('three', 'refine'))
    await store.close()
    const nodes = join(folder, 'r', 'nodes')
    expect(readJson(join(nodes, 'refine.json'))).toMatchObject({
      ...{ path: 'refine', status: 'completed', sequence: 4 },
      payload: { output: 'three' },
    })
    expect(readJson(join(nodes, 'refine', '1', 'check.json'))).toMatchObject({ payload: { output: 'two' } })
  })
})

describe('the folder signals', () => {
  it('has each signal under its number', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    await startedRun(store)
    const sent = await store.sendSignal('r', { id: 's', kind: 'cancel', by: 'ann' })
    await store.close()
    expect(readJson(join(folder, 'r', 'signals', '1.json'))).toEqual(sent)
  })
})

describe('a list of runs', () => {
  it('reads no log that run.json covers', async () => {
    const folder = freshFolder()
    await closedRun(folder)
    const openLog = () => Promise.reject(new Error('a log was opened'))
    const store = openFolder(folder, { files: { ...nodeFileSystem, openLog } })
    expect(await listed(store)).toMatchObject([{ id: 'r', lastSequence: 2 }])
  })

  it('passes over folders that are no runs', async () => {
    const folder = freshFolder()
    await closedRun(folder)
    const store = openFolder(folder)
    rmSync(logPath(folder))
    expect(await listed(store)).toEqual([])
    expect(await listed(openFolder(join(folder, 'not there')))).toEqual([])
  })
})

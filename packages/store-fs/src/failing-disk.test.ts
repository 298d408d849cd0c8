import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultyFiles, type LogFaults, systemError } from './faulty-files.ts'
import { nodeFileSystem } from './file-system.ts'
import {
  claimedRun,
  completed,
  freshFolder,
  logPath,
  openFolder,
  readOutputs,
  startedRun,
} from './scenario.ts'

async function storeWith(faults: LogFaults) {
  const folder = freshFolder()
  const store = openFolder(folder, { files: faultyFiles(faults) })
  await startedRun(store)
  return { folder, store }
}

const batch = (commitId: string, expectedSequence: number) => {
  return { commitId, expectedSequence, events: [completed('x'), completed('y')] }
}

describe('a disk that is full', () => {
  it.each([0, 1, 50, 200, 'all but one'] as const)('at byte %s takes nothing of a batch', async (room) => {
    const faults: LogFaults = {}
    const { folder, store } = await storeWith(faults)
    faults.append = async (bytes, real) => {
      const taken = Math.min(room === 'all but one' ? bytes.length : room, bytes.length - 1)
      if (taken === 0) throw systemError('ENOSPC')
      return await real.append(bytes.subarray(0, taken))
    }
    const refusal = { code: 'unavailable', outcome: 'none' }
    await expect(store.appendEvents('r', batch('c', 1))).rejects.toMatchObject(refusal)
    await expect(store.sendSignal('r', { id: 's', kind: 'cancel' })).rejects.toMatchObject(refusal)
    await expect(store.updateWorkflowRun('r', { priority: 1 })).rejects.toMatchObject(refusal)
    expect(await readOutputs(openFolder(folder))).toEqual([])
    delete faults.append
    expect(await store.appendEvents('r', batch('c', 1))).toMatchObject({ lastSequence: 3, lastSignal: 0 })
    for (const reader of [store, openFolder(folder)]) expect(await readOutputs(reader)).toEqual(['x', 'y'])
  })

  it('does not spoil the batch of an owner who writes right behind a torn one without looking', async () => {
    const folder = freshFolder()
    const faults: LogFaults = {}
    const owner = openFolder(folder)
    const sender = openFolder(folder, { files: faultyFiles(faults) })
    const claim = await claimedRun(owner)
    faults.append = async (bytes, real) => await real.append(bytes.subarray(0, 40))
    const sent = sender.sendSignal('r', { id: 's', kind: 'cancel' })
    await expect(sent).rejects.toMatchObject({ outcome: 'none' })
    expect(await owner.appendEvents('r', { ...batch('c', 1), claim })).toMatchObject({ lastSequence: 3 })
    for (const store of [owner, sender, openFolder(folder)])
      expect(await readOutputs(store)).toEqual(['x', 'y'])
  })

  it('refuses a blob, and the events with it', async () => {
    const folder = freshFolder()
    const createFile: typeof nodeFileSystem.createFile = async (path, bytes, flush) => {
      if (bytes.length > 10_000) throw systemError('ENOSPC')
      await nodeFileSystem.createFile(path, bytes, flush)
    }
    const store = openFolder(folder, { files: faultyFiles({}, { createFile }) })
    await startedRun(store)
    const blobs = [{ ref: 'out', bytes: Buffer.alloc(20_000) }]
    await expect(store.appendEvents('r', { ...batch('c', 1), blobs })).rejects.toMatchObject({
      code: 'unavailable',
      outcome: 'none',
    })
    expect((await store.getWorkflowRun('r'))?.lastSequence).toBe(1)
    await expect(store.readBlob('r', 'out')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('leaves no part of a run that could not be created', async () => {
    const folder = freshFolder()
    const createFile = () => Promise.reject(systemError('ENOSPC'))
    const store = openFolder(folder, { files: faultyFiles({}, { createFile }) })
    await expect(startedRun(store)).rejects.toMatchObject({ code: 'unavailable', outcome: 'none' })
    const reader = openFolder(folder)
    expect(await reader.getWorkflowRun('r')).toBeNull()
    expect((await reader.listWorkflowRuns({}, { limit: 10 })).items).toEqual([])
    await startedRun(reader)
  })
})

describe('a flush that fails', () => {
  it('leaves it unknown whether the append has landed; sent again, it has landed once', async () => {
    const faults: LogFaults = {}
    const { folder, store } = await storeWith(faults)
    faults.flush = () => Promise.reject(systemError('EIO'))
    await expect(store.appendEvents('r', batch('c', 1))).rejects.toMatchObject({
      code: 'unavailable',
      outcome: 'unknown',
    })
    await expect(
      store.appendEvents('r', batch('c', 1)),
      'acknowledged without a flush',
    ).rejects.toMatchObject({
      outcome: 'unknown',
    })
    delete faults.flush
    expect(await store.appendEvents('r', batch('c', 1))).toMatchObject({ lastSequence: 3 })
    expect(await readOutputs(openFolder(folder))).toEqual(['x', 'y'])
  })

  it('is made up for by writing the same bytes again, for the system may have dropped them', async () => {
    const folder = freshFolder()
    const faults: LogFaults = {}
    const rewritten: string[] = []
    const rewrite: typeof nodeFileSystem.rewrite = async (path, inode, bytes, offset) => {
      rewritten.push(Buffer.from(bytes).toString())
      await nodeFileSystem.rewrite(path, inode, bytes, offset)
    }
    const store = openFolder(folder, { files: faultyFiles(faults, { rewrite }) })
    await startedRun(store)
    const before = statSync(logPath(folder)).size
    faults.flush = () => Promise.reject(systemError('EIO'))
    await expect(store.appendEvents('r', batch('c', 1))).rejects.toMatchObject({ outcome: 'unknown' })
    delete faults.flush
    await store.appendEvents('r', batch('c', 1))
    const log = readFileSync(logPath(folder))
    expect(rewritten).toEqual([log.subarray(before).toString()])
  })
})

describe('a medium that can only be read', () => {
  it('shows and lists its runs, and refuses writes without effect', async () => {
    const folder = freshFolder()
    const writer = openFolder(folder)
    await startedRun(writer)
    await writer.createWorkflowEvent('r', completed('x'))
    await writer.close()
    const denied = () => Promise.reject(systemError('EROFS'))
    const others = {
      createFile: denied,
      makeFolders: denied,
      makeFolder: denied,
      rename: denied,
      link: denied,
    }
    const faults: LogFaults = { denied: true }
    const store = openFolder(folder, { files: faultyFiles(faults, others) })
    expect(await readOutputs(store)).toEqual(['x'])
    expect((await store.listWorkflowRuns({}, { limit: 10 })).items).toMatchObject([
      { id: 'r', lastSequence: 2 },
    ])
    const refusal = { code: 'unavailable', outcome: 'none' }
    await expect(store.appendEvents('r', batch('c', 2))).rejects.toMatchObject(refusal)
    await expect(store.sendSignal('r', { id: 's', kind: 'cancel' })).rejects.toMatchObject(refusal)
    await expect(startedRun(store, 'new')).rejects.toMatchObject(refusal)
    faults.denied = false
    await store.appendEvents('r', batch('c', 2))
    expect(await readOutputs(store)).toEqual(['x', 'x', 'y'])
  })
})

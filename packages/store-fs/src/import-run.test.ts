import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestRun, type IWorkflowStore, sha256Of, snapshotOf } from '@ion/store'
import { MemoryStore } from '@ion/store-testkit'
import { describe, expect, it } from 'vitest'
import { faultyFiles, type LogFaults, systemError } from './faulty-files.ts'
import { nodeFileSystem } from './file-system.ts'
import { freshFolder, openFolder } from './scenario.ts'

const definition = { format: 'yaml', source: 'name: x', digest: '0'.repeat(64), path: null, files: {} }

/** A run of another store, with a key, a large output and a signal. */
async function otherRun() {
  const store = new MemoryStore()
  const run = { id: 'r', workflowName: 'x', definition, idempotencyKey: 'k' }
  await store.createWorkflowRun(run)
  const bytes = Buffer.from('a large output')
  const output = { ref: 'o/1', bytes: bytes.length, sha256: sha256Of(bytes) }
  await store.appendEvents('r', {
    commitId: 'c',
    expectedSequence: 0,
    events: [
      { type: 'workflow_started', payload: {} },
      { type: 'node_completed', nodeId: 'a', payload: { output } },
    ],
    blobs: [{ ref: 'o/1', bytes }],
  })
  await store.sendSignal('r', { id: 's', kind: 'cancel' })
  return { store, digest: await digestRun(store, 'r') }
}

async function snapshot(store: IWorkflowStore) {
  const run = await store.getWorkflowRun('r')
  if (!run) throw new Error('the run is gone')
  return snapshotOf(store, run)
}

const operations = ['createFile', 'rename', 'makeFolder', 'flushFolder', 'link'] as const
const places = [
  ['', false],
  [', beside the files of its nodes', true],
] as const
const failures = operations.flatMap((name) => places.map((place) => [name, ...place] as const))

describe('an import on a medium that fails', () => {
  it.each(failures)('lands whole or not at all where %s fails, whichever time%s', async (name, _, within) => {
    for (let fatal = 1; ; fatal++) {
      const source = await otherRun()
      const folder = freshFolder()
      if (within) mkdirSync(join(folder, 'r/artifacts'), { recursive: true })
      let calls = 0
      const files = new Proxy(nodeFileSystem, {
        get(target, operation) {
          if (operation === name) calls += 1
          if (operation === name && calls === fatal) return () => Promise.reject(systemError('ENOSPC'))
          return Reflect.get(target, operation)
        },
      })
      const store = openFolder(folder, { files })
      const error = await store.importWorkflowRun(await snapshot(source.store)).then(
        () => null,
        (error: unknown) => error,
      )
      await store.close()
      const reader = openFolder(folder)
      if (error !== null) expect(error).toMatchObject({ code: 'unavailable' })
      if (await reader.getWorkflowRun('r')) expect(await digestRun(reader, 'r')).toBe(source.digest)
      await reader.importWorkflowRun(await snapshot(source.store))
      expect(await digestRun(reader, 'r')).toBe(source.digest)
      await reader.close()
      if (calls < fatal) return
    }
  })

  it('lands not at all where its log can not be written or flushed', async () => {
    for (const fault of ['append', 'flush'] as const) {
      const source = await otherRun()
      const folder = freshFolder()
      const faults: LogFaults = {
        [fault]: async () => {
          throw systemError('ENOSPC')
        },
      }
      const store = openFolder(folder, { files: faultyFiles(faults) })
      const importing = store.importWorkflowRun(await snapshot(source.store))
      await expect(importing).rejects.toMatchObject({ code: 'unavailable', outcome: 'none' })
      expect(await store.getWorkflowRun('r')).toBeNull()
      expect(readdirSync(join(folder, '.tmp'))).toEqual([])
      delete faults[fault]
      await store.importWorkflowRun(await snapshot(source.store))
      expect(await digestRun(store, 'r')).toBe(source.digest)
    }
  })
})

describe('an imported run in files', () => {
  it('finds the files of its nodes that lie in its folder already, from another store', async () => {
    const source = await otherRun()
    const folder = freshFolder()
    mkdirSync(join(folder, 'r/artifacts'), { recursive: true })
    writeFileSync(join(folder, 'r/artifacts/report.md'), 'made')
    const store = openFolder(folder)
    await store.importWorkflowRun(await snapshot(source.store))
    expect(await digestRun(store, 'r')).toBe(source.digest)
    expect(readFileSync(join(store.runFolder('r'), 'artifacts/report.md'), 'utf8')).toBe('made')
    await store.appendEvents('r', {
      commitId: 'd',
      expectedSequence: 2,
      expectedSignal: 1,
      events: [{ type: 'workflow_completed', payload: {} }],
    })
  })

  it('does not take the place of a folder of anything else', async () => {
    const source = await otherRun()
    const folder = freshFolder()
    mkdirSync(join(folder, 'r'), { recursive: true })
    writeFileSync(join(folder, 'r/mine.txt'), 'mine')
    const importing = openFolder(folder).importWorkflowRun(await snapshot(source.store))
    await expect(importing).rejects.toMatchObject({ code: 'already_exists' })
    expect(readdirSync(join(folder, 'r'))).toEqual(['mine.txt'])
    expect(readdirSync(join(folder, '.keys'))).toEqual([])
  })

  it('can be read as every other: its record, its outcomes, its signals', async () => {
    const source = await otherRun()
    const folder = freshFolder()
    const store = openFolder(folder)
    await store.importWorkflowRun(await snapshot(source.store))
    await store.close()
    const read = (path: string) => JSON.parse(readFileSync(join(folder, 'r', path), 'utf8'))
    expect(read('run.json')).toMatchObject({ id: 'r', status: 'running', lastSequence: 2, lastSignal: 1 })
    expect(read('nodes/a.json')).toMatchObject({ status: 'completed', sequence: 2 })
    expect(read('signals/1.json')).toMatchObject({ id: 's', atEvent: 2 })
    expect(existsSync(join(folder, 'r/artifacts'))).toBe(true)
  })
})

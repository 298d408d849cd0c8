import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { faultyFiles } from './faulty-files.ts'
import { nodeFileSystem } from './file-system.ts'
import { Layout } from './layout.ts'
import { freshFolder, newRun, openFolder, startedRun } from './scenario.ts'
import { sweepTemporary } from './temporary.ts'

/** A store whose process seems to die when a folder is about to get its name. */
function dyingBeforePublication(folder: string) {
  const rename = (from: string, to: string) =>
    to.endsWith('.json') ? nodeFileSystem.rename(from, to) : Promise.reject(new Error('the process died'))
  return openFolder(folder, { files: faultyFiles({}, { rename, remove: async () => {} }) })
}

describe('the creation of a run', () => {
  it('shows nothing before it is whole', async () => {
    const folder = freshFolder()
    await expect(startedRun(dyingBeforePublication(folder))).rejects.toThrow('the process died')
    const store = openFolder(folder)
    expect(await store.getWorkflowRun('r')).toBeNull()
    expect((await store.listWorkflowRuns({}, { limit: 10 })).items).toEqual([])
    await startedRun(store)
  })

  it('with an idempotency key is finished by whoever comes next with that key', async () => {
    const folder = freshFolder()
    const keyed = newRun('first', { idempotencyKey: 'once' })
    await expect(dyingBeforePublication(folder).createWorkflowRun(keyed)).rejects.toThrow('the process died')
    const run = await openFolder(folder).createWorkflowRun({ ...keyed, id: 'second' })
    expect(run.id).toBe('first')
    const other = { ...keyed, id: 'third', userMessage: 'other' }
    await expect(openFolder(folder).createWorkflowRun(other)).rejects.toMatchObject({
      code: 'already_exists',
    })
    expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual(['first'])
  })

  it('clears away what was abandoned long ago, and nothing younger', async () => {
    const folder = freshFolder()
    const [old, young, growing] = ['old', 'young', 'growing'].map((name) => join(folder, '.tmp', name))
    for (const path of [old, young, growing]) mkdirSync(path ?? '', { recursive: true })
    for (const path of [old, growing]) {
      writeFileSync(join(path ?? '', 'events.jsonl'), '{')
      utimesSync(path ?? '', 1, 1)
    }
    utimesSync(join(old ?? '', 'events.jsonl'), 1, 1)
    utimesSync(old ?? '', 1, 1)
    await startedRun(openFolder(folder))
    await vi.waitFor(() => expect(existsSync(old ?? '')).toBe(false))
    expect(existsSync(young ?? '')).toBe(true)
    expect(existsSync(growing ?? ''), 'what is written to is not abandoned').toBe(true)
  })

  it('does not publish half of what was cleared away meanwhile: it is refused, and can be made again', async () => {
    const folder = freshFolder()
    const slow = openFolder(folder, {
      files: {
        ...nodeFileSystem,
        rename: async (from, to) => {
          if (to === join(folder, 'r')) {
            for (const path of [
              join(from, 'events.jsonl'),
              ...readdirSync(from).map((name) => join(from, name)),
              from,
            ])
              utimesSync(path, 1, 1)
            await sweepTemporary(new Layout(folder), nodeFileSystem, new Date())
          }
          await nodeFileSystem.rename(from, to)
        },
      },
    })
    await expect(slow.createWorkflowRun(newRun('r'))).rejects.toMatchObject({
      ...{ code: 'unavailable', details: { outcome: 'none' } },
    })
    expect(existsSync(join(folder, 'r'))).toBe(false)
    expect((await openFolder(folder).createWorkflowRun(newRun('r'))).id).toBe('r')
  })
})

describe('the deletion of a run', () => {
  it('counts from its line in the log on, also when its process died before the folder was gone', async () => {
    const folder = freshFolder()
    const writer = openFolder(folder)
    await startedRun(writer)
    await writer.createWorkflowRun(newRun('kept'))
    await expect(dyingBeforePublication(folder).deleteWorkflowRun('r')).rejects.toThrow('the process died')
    for (const store of [writer, openFolder(folder)]) {
      expect(await store.getWorkflowRun('r')).toBeNull()
      await expect(store.sendSignal('r', { id: 's', kind: 'cancel' })).rejects.toMatchObject({
        code: 'not_found',
      })
      const { items } = await store.listWorkflowRuns({}, { limit: 10 })
      expect(items.map(({ id }) => id)).toEqual(['kept'])
    }
    const run = await openFolder(folder).createWorkflowRun(newRun('r', { userMessage: 'anew' }))
    expect([run.userMessage, run.lastSequence]).toEqual(['anew', 0])
    expect((await writer.getWorkflowRun('r'))?.userMessage).toBe('anew')
  })

  it('frees the idempotency key', async () => {
    const store = openFolder(freshFolder())
    await store.createWorkflowRun(newRun('first', { idempotencyKey: 'once' }))
    await store.deleteWorkflowRun('first')
    const run = await store.createWorkflowRun(
      newRun('second', { idempotencyKey: 'once', userMessage: 'other' }),
    )
    expect(run.id).toBe('second')
  })

  it('leaves nothing behind', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    await startedRun(store)
    await store.deleteWorkflowRun('r')
    await store.close()
    expect(readdirSync(folder)).toEqual(['.tmp'])
    expect(readdirSync(join(folder, '.tmp'))).toEqual([])
  })

  it('by hand, with nothing but the folder removed, is a deletion too', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    await startedRun(store)
    rmSync(join(folder, 'r'), { recursive: true })
    expect(await store.getWorkflowRun('r')).toBeNull()
    await startedRun(store)
    expect((await store.getWorkflowRun('r'))?.lastSequence).toBe(1)
  })
})

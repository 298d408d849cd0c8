import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeFileSystem } from './file-system.ts'
import { completed, freshFolder, logPath, newRun, openFolder, startedRun } from './scenario.ts'

describe('a run id', () => {
  it.each([
    '..',
    '.',
    '../x',
    'a/b',
    '/etc',
    '',
    '.hidden',
    'a\\b',
    'a\0b',
    'x'.repeat(129),
    '.tmp',
    '.keys',
    '.catalog',
  ])('that could lead elsewhere is refused: %j', async (id) => {
    const folder = join(freshFolder(), 'runs')
    const store = openFolder(folder)
    const refusal = { code: 'invalid_record' }
    await expect(store.createWorkflowRun(newRun(id))).rejects.toMatchObject(refusal)
    await expect(store.getWorkflowRun(id)).rejects.toMatchObject(refusal)
    await expect(store.deleteWorkflowRun(id)).rejects.toMatchObject(refusal)
    await expect(store.getWorkflowEvents(id, { limit: 1 })).rejects.toMatchObject(refusal)
    await expect(store.readBlob(id, 'x')).rejects.toMatchObject(refusal)
    expect(() => store.runFolder(id)).toThrow()
    expect(existsSync(folder)).toBe(false)
  })
})

describe("a run's folder", () => {
  it('exists once the run does, with what belongs to it', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    await startedRun(store)
    expect(store.runFolder('r')).toBe(join(folder, 'r'))
    const names = readdirSync(store.runFolder('r'))
    expect(names).toEqual(
      expect.arrayContaining(['artifacts', 'claims', 'events.jsonl', 'logs', 'nodes', 'signals']),
    )
  })

  it('is no run when it is a symbolic link, nor when its log is', async () => {
    const [folder, elsewhere] = [freshFolder(), freshFolder()]
    const store = openFolder(folder)
    await startedRun(openFolder(elsewhere))
    symlinkSync(join(elsewhere, 'r'), join(folder, 'r'))
    mkdirSync(join(folder, 'q'))
    symlinkSync(logPath(elsewhere), logPath(folder, 'q'))
    for (const id of ['r', 'q']) {
      expect(await store.getWorkflowRun(id)).toBeNull()
      await expect(store.createWorkflowEvent(id, completed('x'))).rejects.toMatchObject({ code: 'not_found' })
      await expect(store.createWorkflowRun(newRun(id))).rejects.toMatchObject({ code: 'already_exists' })
      await store.deleteWorkflowRun(id)
    }
    expect((await store.listWorkflowRuns({}, { limit: 10 })).items).toEqual([])
    expect((await openFolder(elsewhere).getWorkflowRun('r'))?.lastSequence).toBe(1)
  })

  it('of another run stays untouched, where a file system takes two ids for one name', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    await startedRun(store, 'run')
    // What a file system that doesn't tell upper from lower case would show.
    renameSync(join(folder, 'run'), join(folder, 'RUN'))
    const other = openFolder(folder)
    expect(await other.getWorkflowRun('RUN')).toBeNull()
    await expect(other.createWorkflowRun(newRun('RUN'))).rejects.toMatchObject({ code: 'already_exists' })
    await other.deleteWorkflowRun('RUN')
    expect(existsSync(logPath(folder, 'RUN'))).toBe(true)
  })

  it('of another run stays untouched, where a file system takes two ids for one name, even if it is damaged', async () => {
    const folder = freshFolder()
    await startedRun(openFolder(folder), 'run')
    writeFileSync(logPath(folder, 'run'), '{}')
    const lower = (path: string) => path.replace(/\bRUN\b/, 'run')
    const other = openFolder(folder, {
      files: {
        ...nodeFileSystem,
        openLog: (path) => nodeFileSystem.openLog(lower(path)),
        status: (path) => nodeFileSystem.status(lower(path)),
        lookAt: (path) => nodeFileSystem.lookAt(lower(path)),
        rename: (from, to) => nodeFileSystem.rename(lower(from), lower(to)),
      },
    })
    await other.deleteWorkflowRun('RUN')
    expect(existsSync(logPath(folder, 'run'))).toBe(true)
  })

  it('is not taken over when it is there already and no run', async () => {
    const folder = freshFolder()
    mkdirSync(join(folder, 'r'))
    writeFileSync(join(folder, 'r', 'notes.txt'), 'mine')
    const store = openFolder(folder)
    await expect(store.createWorkflowRun(newRun('r'))).rejects.toMatchObject({ code: 'already_exists' })
    expect(readdirSync(join(folder, 'r'))).toEqual(['notes.txt'])
  })
})

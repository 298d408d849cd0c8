import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Annotation, type Annotations, type IWorkflowStore, UnavailableError } from '@ion/store'
import { FilesystemStore } from '@ion/store-fs'
import { MemoryStore } from '@ion/store-testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { copyRuns } from './copy-runs.ts'
import { exportRuns } from './export-runs.ts'
import { importRuns } from './import-runs.ts'
import type { MovedRun } from './moved-run.ts'
import { makePausedRun } from './moving-fixture.test-support.ts'
import { encodeRunFileLine } from './run-file-line.ts'

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ion-annotations-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store in files with a run that was annotated. */
async function annotatedRun(folder: string): Promise<FilesystemStore> {
  const store = new FilesystemStore({ artifactsDir: join(folder, 'runs') })
  onTestFinished(() => store.close())
  await makePausedRun(store, 'a')
  await store.annotate('a', { key: 'verdict', value: 'ship it', actor: 'ann', idempotencyKey: 'k' })
  await store.annotate('a', { key: 'score', value: { stars: 4 }, scope: 'make', attempt: 1 })
  return store
}

const notesIn = (store: Annotations, id = 'a') => store.listAnnotations(id, { limit: 1_000 })

async function copy(from: IWorkflowStore, to: IWorkflowStore): Promise<MovedRun | undefined> {
  const told: MovedRun[] = []
  await copyRuns({ from: { store: from }, to: { store: to }, onRun: (run) => told.push(run) })
  return told[0]
}

describe('the annotations of a run that is copied', () => {
  it('come along, with their numbers and times', async () => {
    const [from, to] = [await annotatedRun(scratch()), new MemoryStore()]
    expect(await copy(from, to)).toMatchObject({
      outcome: 'copied',
      annotations: { copied: 2, skipped: false },
    })
    expect(await notesIn(to)).toEqual(await notesIn(from))
    expect(await copy(from, to)).toMatchObject({ outcome: 'present', annotations: { copied: 0 } })
  })

  it('come along in any number', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    await makePausedRun(from, 'a')
    for (let n = 0; n < 401; n++) await from.annotate('a', { key: 'n', value: n })
    expect(await copy(from, to)).toMatchObject({ annotations: { copied: 401 } })
    expect(await notesIn(to)).toEqual(await notesIn(from))
  })

  it('come later when the copying was cut short before them, or when they are made later', async () => {
    const [from, to] = [await annotatedRun(scratch()), new MemoryStore()]
    const importAnnotations = to.importAnnotations.bind(to)
    to.importAnnotations = async () => await Promise.reject<never>(new TypeError('killed'))
    await expect(copy(from, to)).rejects.toThrow('killed')
    to.importAnnotations = importAnnotations
    expect(await copy(from, to)).toMatchObject({ outcome: 'copied', annotations: { copied: 2 } })
    await from.annotate('a', { key: 'late', value: 1 })
    expect(await copy(from, to)).toMatchObject({ outcome: 'copied', annotations: { copied: 1 } })
    expect(await notesIn(to)).toEqual(await notesIn(from))
  })

  it('stay as they are where the copy was annotated since, and are refused where both were', async () => {
    const [from, to] = [await annotatedRun(scratch()), new MemoryStore()]
    await copy(from, to)
    await to.annotate('a', { key: 'mine', value: 1 })
    expect(await copy(from, to)).toMatchObject({ outcome: 'present' })
    await from.annotate('a', { key: 'theirs', value: 2 })
    const told = await copy(from, to)
    expect(told).toMatchObject({ outcome: 'refused', error: { code: 'conflict' } })
    expect(told?.error?.message).toContain('run a has another annotation 3')
    expect((await notesIn(to)).map(({ key }) => key)).toEqual(['verdict', 'score', 'mine'])
  })

  it('are sent again while the other store is unavailable', async () => {
    const [from, to] = [await annotatedRun(scratch()), new MemoryStore()]
    const importAnnotations = to.importAnnotations.bind(to)
    to.importAnnotations = async (id, annotations) => {
      to.importAnnotations = importAnnotations
      await importAnnotations(id, annotations)
      throw new UnavailableError('the answer was lost', 'unknown')
    }
    expect(await copy(from, to)).toMatchObject({ annotations: { skipped: false } })
    expect(await notesIn(to)).toEqual(await notesIn(from))
  })

  it('are told of where the other store takes none over', async () => {
    const [from, to] = [await annotatedRun(scratch()), new MemoryStore()]
    Object.defineProperty(to, 'importAnnotations', { value: undefined })
    expect(await copy(from, to)).toMatchObject({
      outcome: 'copied',
      annotations: { copied: 0, skipped: true },
    })
    expect(await notesIn(to)).toEqual([])
  })

  it('are named when the copy has others', async () => {
    const [from, to] = [await annotatedRun(scratch()), new MemoryStore()]
    const listAnnotations = to.listAnnotations.bind(to)
    to.listAnnotations = async (id, query) =>
      (await listAnnotations(id, query)).map((each): Annotation => ({ ...each, actor: 'eve' }))
    expect(await copy(from, to)).toMatchObject({ outcome: 'refused', error: { code: 'copy_mismatch' } })
  })
})

describe('a file of runs', () => {
  it('brings annotations along', async () => {
    const folder = scratch()
    const [from, to] = [await annotatedRun(folder), new MemoryStore()]
    const file = join(folder, 'runs.ion')
    const told: MovedRun[] = []
    await exportRuns({ from: { store: from }, file, onRun: (run) => told.push(run) })
    const target = { store: to, artifactsDir: join(folder, 'to') }
    await importRuns({ to: target, file, onRun: (run) => told.push(run) })
    expect(told).toMatchObject([{ annotations: { copied: 2 } }, { annotations: { copied: 2 } }])
    expect(await notesIn(to)).toEqual(await notesIn(from))
    expect(await importRuns({ to: target, file })).toMatchObject({ copied: 0, present: 1 })
    const [line = ''] = readFileSync(file, 'utf8').match(/^\{"annotation".*\n/m) ?? []
    writeFileSync(file, readFileSync(file, 'utf8').replace(line, ''))
    const error = await importRuns({ to: { ...target, store: new MemoryStore() }, file }).catch(
      (error) => error,
    )
    expect(error).toMatchObject({ code: 'invalid_run_file', message: expect.stringContaining('missing') })
  })

  it('of the form that had none is read as ever', async () => {
    const folder = scratch()
    const [from, to] = [new MemoryStore(), new MemoryStore()]
    await makePausedRun(from, 'a')
    const file = join(folder, 'runs.ion')
    await exportRuns({ from: { store: from }, file })
    const [, ...rest] = readFileSync(file, 'utf8').split('\n')
    const head = encodeRunFileLine({ ion: { kind: 'runs', format: 1, exportedAt: '' } })
    writeFileSync(file, head + rest.join('\n'))
    expect(await importRuns({ to: { store: to, artifactsDir: join(folder, 'to') }, file })).toMatchObject({
      copied: 1,
    })
  })
})

import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestRun, sha256Of } from '@ion/store'
import { FilesystemStore } from '@ion/store-fs'
import { MemoryStore } from '@ion/store-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { exportRuns } from './export-runs.ts'
import { importRuns } from './import-runs.ts'
import type { MovedRun } from './moved-run.ts'
import { makePausedRun, makeRunFiles, runFilesIn } from './moving-fixture.test-support.ts'
import { decodeRunFileLine, encodeRunFileLine, type RunFileLine } from './run-file-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'ion-run-file-'))
const source = new FilesystemStore({ artifactsDir: join(folder, 'runs') })
const file = join(folder, 'runs.ion')
const ids = ['a', 'b', 'c']
const digests: { [id: string]: string } = {}
let text = ''

/** Imports a text; gives what landed and what was told. */
async function importText(content: string | Buffer, name = 'given.ion') {
  const root = mkdtempSync(join(folder, 'to-'))
  const store = new MemoryStore()
  const told: MovedRun[] = []
  writeFileSync(join(root, name), content)
  const to = { store, artifactsDir: join(root, 'runs') }
  const error = await importRuns({ to, file: join(root, name), onRun: (run) => told.push(run) }).then(
    () => null,
    (error: unknown) => error,
  )
  const { items } = await store.listWorkflowRuns({}, { limit: 10 })
  return { store, root, told, error, landed: items.map(({ id }) => id).sort() }
}

beforeAll(async () => {
  for (const id of ids) {
    await makePausedRun(source, id)
    digests[id] = await digestRun(source, id)
  }
  makeRunFiles(source.runFolder('a'))
  await exportRuns({ from: { store: source }, file, runs: ids })
  text = readFileSync(file, 'utf8')
})

describe('a file of runs', () => {
  it('brings runs to another store as they are, with their files', async () => {
    const { store, root, told, error, landed } = await importText(text)
    expect([error, landed]).toEqual([null, ids])
    for (const id of ids) expect(await digestRun(store, id)).toBe(digests[id])
    expect(runFilesIn(join(root, 'runs/a'))).toEqual(runFilesIn(source.runFolder('a')))
    expect(told.map(({ runId, outcome, files }) => [runId, outcome, files.copied])).toEqual([
      ['a', 'copied', 4],
      ['b', 'copied', 0],
      ['c', 'copied', 0],
    ])
    const [signal] = await store.getSignals('a', { limit: 10 })
    expect(signal).toEqual((await source.getSignals('a', { limit: 10 }))[0])
  })

  it('brings all runs when none is named, and is packed when its name ends in .gz', async () => {
    const packed = join(folder, 'runs.ion.gz')
    const result = await exportRuns({ from: { store: source }, file: packed })
    expect(result).toEqual({ copied: 3, present: 0, refused: 0, interrupted: false })
    const bytes = readFileSync(packed)
    expect(bytes.length).toBeLessThan(text.length / 10)
    expect((await importText(bytes, 'given.ion.gz')).landed).toEqual(ids)
    const cut = await importText(bytes.subarray(0, bytes.length - 100), 'given.ion.gz')
    expect(cut.error).toMatchObject({ code: 'invalid_run_file', details: { line: expect.any(Number) } })
  })

  it('is read again with no effect', async () => {
    const { store, root } = await importText(text)
    const to = { store, artifactsDir: join(root, 'runs') }
    const again = await importRuns({ to, file })
    expect(again).toEqual({ copied: 0, present: 3, refused: 0, interrupted: false })
  })

  it('is refused where it was cut off, with the line; whole runs before it stay', async () => {
    const ends = ids.map((id) => text.indexOf('\n', text.indexOf(`{"end":{"id":"${id}"`)))
    for (let length = 0; length < text.length; length += Math.ceil(text.length / 25)) {
      const { store, told, error, landed } = await importText(text.slice(0, length))
      const whole = ids.filter((_, index) => (ends[index] ?? 0) <= length)
      expect(landed).toEqual(whole)
      for (const id of landed) expect(await digestRun(store, id)).toBe(digests[id])
      expect(told.map(({ runId }) => runId)).toEqual(whole)
      const line = text.slice(0, length).split('\n').length
      expect(error).toMatchObject({
        code: 'invalid_run_file',
        message: expect.stringContaining(`:${line}: `),
      })
    }
  })

  it('is refused where a byte was altered, with the line', async () => {
    for (let at = 0; at < text.length; at += Math.ceil(text.length / 25)) {
      if (text[at] === '\n') continue
      const altered = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`
      const line = text.slice(0, at).split('\n').length
      const { error, landed } = await importText(altered)
      expect(error).toMatchObject({ code: 'invalid_run_file', details: { line } })
      const open = ids.findIndex((id) => at <= text.indexOf('\n', text.indexOf(`{"end":{"id":"${id}"`)))
      expect(landed).toEqual(open < 0 ? ids : ids.slice(0, open))
    }
  })

  it('is refused where a line is missing, doubled or in another place', async () => {
    const lines = text.trimEnd().split('\n')
    const doctored: { [what: string]: string[] } = {
      missing: lines.toSpliced(2, 1),
      doubled: lines.toSpliced(2, 0, lines[2] ?? ''),
      moved: [...lines.slice(0, 2), lines[3] ?? '', lines[2] ?? '', ...lines.slice(4)],
      'at the end': [...lines, lines[1] ?? ''],
      'without a run': [...lines.slice(0, 1), ...lines.slice(-1)],
    }
    for (const [what, changed] of Object.entries(doctored)) {
      const { error } = await importText(`${changed.join('\n')}\n`)
      expect(error ?? 'taken', what).toMatchObject({ code: 'invalid_run_file' })
    }
  })

  it('is refused when it is no such file, or one of a later version', async () => {
    for (const [content, message] of [
      ['hello\n', ':1: '],
      [encodeRunFileLine({ complete: { runs: 0 } }), 'no file of runs'],
      [encodeRunFileLine({ ion: { kind: 'runs', format: 3, exportedAt: '' } }), 'format 3'],
    ] as const) {
      const { error } = await importText(content)
      expect(error).toMatchObject({ code: 'invalid_run_file', message: expect.stringContaining(message) })
    }
  })

  it('puts no file anywhere but into the folder of its run', async () => {
    for (const path of ['../evil', 'artifacts/../../evil', '/tmp/evil', 'events.jsonl', 'artifacts//x']) {
      const content = doctor(text, (line) => ('file' in line ? { file: { ...line.file, path } } : line))
      const { root, told, landed, error } = await importText(content)
      expect([error, landed]).toEqual([null, ['b', 'c']])
      expect(told[0]).toMatchObject({ runId: 'a', outcome: 'refused', error: { code: 'invalid_record' } })
      expect(existsSync(join(root, 'evil'))).toBe(false)
      expect(existsSync(join(root, 'runs/a'))).toBe(false)
      const left = readdirSync(root, { recursive: true, withFileTypes: true })
      expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['given.ion'])
    }
  })

  it('takes in the other runs where one is there with other content', async () => {
    const store = new MemoryStore()
    await makePausedRun(store, 'b')
    const to = { store, artifactsDir: mkdtempSync(join(folder, 'to-')) }
    const told: MovedRun[] = []
    const result = await importRuns({ to, file, onRun: (run) => told.push(run) })
    expect(result).toMatchObject({ copied: 2, refused: 1 })
    expect(told[1]).toMatchObject({ runId: 'b', error: { code: 'already_exists' } })
  })

  it('leaves out a run that went on while it was read, and one that is not there', async () => {
    const store = new MemoryStore()
    for (const id of ids) await makePausedRun(store, id)
    const readBlob = store.readBlob.bind(store)
    store.readBlob = async (id, ref) => {
      if (id === 'b') await store.sendSignal(id, { id: 'late', kind: 'cancel' })
      return await readBlob(id, ref)
    }
    const told: MovedRun[] = []
    const path = join(folder, 'moving.ion')
    const runs = ['a', 'b', 'nosuch', 'c']
    const result = await exportRuns({ from: { store }, file: path, runs, onRun: (run) => told.push(run) })
    expect(result).toMatchObject({ copied: 2, refused: 2 })
    expect(told.map(({ error }) => error?.code)).toEqual([undefined, 'run_changed', 'not_found', undefined])
    const { error, landed } = await importText(readFileSync(path))
    expect([error, landed]).toEqual([null, ['a', 'c']])
  })

  it('never takes the place of a file unless that is asked for, and is there only once it is whole', async () => {
    const path = join(folder, 'there.ion')
    writeFileSync(path, 'mine')
    const options = { from: { store: source }, file: path, runs: ['b'] }
    await expect(exportRuns(options)).rejects.toMatchObject({ code: 'file_exists' })
    expect(readFileSync(path, 'utf8')).toBe('mine')
    await exportRuns({ ...options, overwrite: true })
    expect(statSync(path).size).toBeGreaterThan(100)
    const stop = new AbortController()
    const stopped = { from: { store: source }, file: join(folder, 'lost.ion'), signal: stop.signal }
    const result = await exportRuns({ ...stopped, onRun: () => stop.abort() })
    expect(result).toMatchObject({ copied: 1, interrupted: true })
    const broken = new MemoryStore()
    await broken.close()
    const lost = exportRuns({ from: { store: broken }, file: join(folder, 'lost.ion') })
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' })
    expect(readdirSync(folder).filter((name) => /lost|tmp$/.test(name))).toEqual([])
  })
})

/** The same file with some lines changed, and its checksums made to fit. */
function doctor(content: string, change: (line: RunFileLine) => RunFileLine): string {
  let run = ''
  return content
    .trimEnd()
    .split('\n')
    .map((each) => {
      const line = decodeRunFileLine(each)
      if (line === null) throw new Error('a line can not be read')
      if ('run' in line) run = ''
      const changed =
        'end' in line ? { end: { ...line.end, sha256: sha256Of(Buffer.from(run)) } } : change(line)
      const encoded = encodeRunFileLine(changed)
      run += encoded
      return encoded
    })
    .join('')
}

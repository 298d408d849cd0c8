import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IWorkflowStore, type Logs, maxLogEntryBytes, type NewLogEntry } from '@ion/store'
import { MemoryStore } from '@ion/store-testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { copyRuns } from './copy-runs.ts'
import { exportRuns } from './export-runs.ts'
import { importRuns } from './import-runs.ts'
import type { MovedRun } from './moved-run.ts'
import { makePausedRun } from './moving-fixture.test-support.ts'

const time = '2026-01-02T03:04:05.678Z'
const noted: NewLogEntry[] = [
  { time, level: 'info', message: 'began', data: { tries: 1 } },
  { time, level: 'warn', message: 'slow', nodeId: 'make', attempt: 2 },
]

/** A store with a run of which something was noted. */
async function notedRun(entries: readonly NewLogEntry[] = noted): Promise<MemoryStore> {
  const store = new MemoryStore()
  await makePausedRun(store, 'a')
  for (let from = 0; from < entries.length; from += 10)
    await store.writeLogEntries('a', entries.slice(from, from + 10))
  return store
}

async function entriesIn(store: Logs): Promise<NewLogEntry[]> {
  const found = await store.listLogEntries('a', { limit: 1_000 })
  return found.map(({ runId: _, sequence: __, ...entry }) => entry)
}

async function copy(from: IWorkflowStore, to: IWorkflowStore): Promise<MovedRun | undefined> {
  const told: MovedRun[] = []
  await copyRuns({ from: { store: from }, to: { store: to }, onRun: (run) => told.push(run) })
  return told[0]
}

describe('the log entries of a run that is copied', () => {
  it('come along in their order, once', async () => {
    const [from, to] = [await notedRun(), new MemoryStore()]
    expect(await copy(from, to)).toMatchObject({
      outcome: 'copied',
      logEntries: { copied: 2, skipped: false },
    })
    expect(await entriesIn(to)).toEqual(noted)
    expect(await copy(from, to)).toMatchObject({ outcome: 'present', logEntries: { copied: 0 } })
    expect(await entriesIn(to)).toEqual(noted)
  })

  it('come along however large they are together', async () => {
    const large = Array.from({ length: 40 }, (_, n): NewLogEntry => {
      const message = `${n} ${'x'.repeat(maxLogEntryBytes - 200)}`
      return { time, level: 'debug', message }
    })
    const [from, to] = [await notedRun(large), new MemoryStore()]
    expect(await copy(from, to)).toMatchObject({ logEntries: { copied: 40 } })
    expect(await entriesIn(to)).toEqual(large)
  })

  it('come later where only the first of them have landed', async () => {
    const [from, to] = [await notedRun(), new MemoryStore()]
    const writeLogEntries = to.writeLogEntries.bind(to)
    to.writeLogEntries = async (id, entries) => {
      to.writeLogEntries = writeLogEntries
      await writeLogEntries(id, entries.slice(0, 1))
      throw new TypeError('killed')
    }
    await expect(copy(from, to)).rejects.toThrow('killed')
    expect(await copy(from, to)).toMatchObject({ outcome: 'copied', logEntries: { copied: 1 } })
    expect(await entriesIn(to)).toEqual(noted)
  })

  it('are left out, and told of, where the other store has others or keeps none', async () => {
    const [from, to] = [await notedRun(), new MemoryStore()]
    await copy(from, to)
    await from.writeLogEntries('a', [{ time, level: 'info', message: 'here' }])
    await to.writeLogEntries('a', [{ time, level: 'info', message: 'there' }])
    expect(await copy(from, to)).toMatchObject({
      outcome: 'present',
      logEntries: { copied: 0, skipped: true },
    })
    expect((await entriesIn(to)).map(({ message }) => message)).toEqual(['began', 'slow', 'there'])

    const without = new MemoryStore()
    Object.defineProperty(without, 'writeLogEntries', { value: undefined })
    expect(await copy(from, without)).toMatchObject({ outcome: 'copied', logEntries: { skipped: true } })
  })

  it('come along in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ion-entries-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [from, to] = [await notedRun(), new MemoryStore()]
    const file = join(folder, 'runs.ion.gz')
    await exportRuns({ from: { store: from }, file })
    const target = { store: to, artifactsDir: join(folder, 'to') }
    expect(await importRuns({ to: target, file })).toMatchObject({ copied: 1 })
    expect(await entriesIn(to)).toEqual(noted)
    expect(await importRuns({ to: target, file })).toMatchObject({ present: 1 })
  })
})

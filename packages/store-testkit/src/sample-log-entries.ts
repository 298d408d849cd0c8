import assert from 'node:assert/strict'
import { hasLogs, type IWorkflowStore, type Logs, type NewLogEntry, type StoredLogEntry } from '@ion/store'

/** As many log entries as a page can have. */
export const page = { limit: 1_000 }

/** A handle on a store that was declared to keep log entries. */
export function logging<Store extends IWorkflowStore>(store: Store): Store & Logs {
  assert.ok(hasLogs(store), 'the store is declared to keep log entries, but has no writeLogEntries()')
  return store
}

/** A time of a day in the past, so many milliseconds after its beginning. */
export const timeAt = (milliseconds: number) => new Date(Date.UTC(2026, 0, 31) + milliseconds).toISOString()

/** A log entry with no more than it must have. */
export const entry = (message: string, changes: Partial<NewLogEntry> = {}): NewLogEntry => ({
  ...{ time: timeAt(0), level: 'info', message },
  ...changes,
})

/** A log entry with all that it can have. */
export const fullEntry = (changes: Partial<NewLogEntry> = {}): NewLogEntry => ({
  ...entry('slow answer', { level: 'warn', data: { seconds: 40, tried: ['a', null] } }),
  ...{ nodeId: 'refine/3', attempt: 2 },
  ...changes,
})

/** What was written, without what the store adds. */
export const writtenIn = (entries: readonly StoredLogEntry[]): NewLogEntry[] =>
  entries.map(({ runId: _, sequence: __, ...written }) => written)

/** The messages of entries. */
export const messagesOf = (entries: readonly StoredLogEntry[]) => entries.map(({ message }) => message)

/** Each entry must have a greater sequence than the one before it. */
export function assertRising(entries: readonly StoredLogEntry[]): void {
  let last = 0
  for (const { sequence } of entries) {
    assert.ok(Number.isSafeInteger(sequence), `${sequence} is no sequence`)
    assert.ok(sequence > last, `an entry with sequence ${sequence} comes after ${last}`)
    last = sequence
  }
}

/** All entries of a run, page by page. */
export async function allLogEntries(store: Logs, id: string, limit = 1_000): Promise<StoredLogEntry[]> {
  const all: StoredLogEntry[] = []
  for (;;) {
    const found = await store.listLogEntries(id, { after: all.at(-1)?.sequence ?? 0, limit })
    all.push(...found)
    if (found.length === 0) return all
  }
}

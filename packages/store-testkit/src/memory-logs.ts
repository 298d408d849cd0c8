import { copyJson, type LogQuery, matchesLogEntry, type NewLogEntry, type StoredLogEntry } from '@ion/store'

/** The log entries of one run. What goes in has been checked and copied; what comes out is a copy. */
export class MemoryLogs {
  readonly #runId: string
  readonly #entries: StoredLogEntry[] = []

  constructor(runId: string) {
    this.#runId = runId
  }

  add(entries: readonly NewLogEntry[]): void {
    for (const entry of entries) {
      this.#entries.push({ ...entry, runId: this.#runId, sequence: this.#entries.length + 1 })
    }
  }

  list({ after, limit, ...filter }: LogQuery & { after: number }): StoredLogEntry[] {
    const found = this.#entries.slice(after).filter((entry) => matchesLogEntry(entry, filter))
    return copyJson(found.slice(0, limit))
  }
}

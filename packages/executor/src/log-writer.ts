import { setTimeout as sleep } from 'node:timers/promises'
import {
  isStoreError,
  type Logs,
  logEntryBytes,
  maxLogBatchBytes,
  maxLogEntries,
  type NewLogEntry,
} from '@ion/store'
import { fittingEntry } from './fitting-entry.ts'

/** The longest that an entry waits for others, in milliseconds; and how soon a write is tried again that failed. */
const everyMs = 250
const retryMs = 1_000

/** The most that waits in memory, in entries and in bytes. */
const mostWaiting = 10_000
const mostWaitingBytes = 8 * 1024 * 1024

/** How long the end of a turn waits for what is still to be written, in milliseconds, and how often it tries in vain. */
const closingMs = 5_000
const closingTries = 3
const closingRetryMs = 100

export interface LogWriterOptions {
  store: Logs
  runId: string
  /** The time that an entry of the writer's own has. */
  now(): string
  /** Entries could not be written. Called once. */
  onFault(error: unknown): void
}

interface Waiting {
  entry: NewLogEntry
  bytes: number
}

/**
 * Writes log entries in batches, off the path of whoever notes them: nobody waits for it, and what it can't write is no reason for a
 * run to fail. Entries that are lost are counted, and the next that are written begin with their number.
 */
export class LogWriter {
  readonly #options: LogWriterOptions
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> | null = null
  #nextAt = 0
  #lost = 0
  #reported = false
  #closing = false
  #ended = false

  constructor(options: LogWriterOptions) {
    this.#options = options
  }

  /** Takes an entry, to be written soon. */
  add(given: NewLogEntry): void {
    if (this.#ended) return
    const entry = fittingEntry(given)
    const bytes = logEntryBytes(entry)
    if (this.#waiting.length >= mostWaiting || this.#waitingBytes + bytes > mostWaitingBytes) {
      this.#lose(1, new Error('more was noted at once than can wait in memory'))
      return
    }
    this.#waiting.push({ entry, bytes })
    this.#waitingBytes += bytes
    this.#schedule()
  }

  /** Writes what waits. What can't be written within 5 seconds is lost. */
  async close(): Promise<void> {
    this.#closing = true
    if (this.#timer) clearTimeout(this.#timer)
    const givenUp = new AbortController()
    const deadline = sleep(closingMs, undefined, { signal: givenUp.signal }).catch(() => {})
    await Promise.race([this.#drain(), deadline])
    givenUp.abort()
    this.#ended = true
    if (this.#waiting.length > 0) this.#lose(this.#waiting.length, new Error('the store took too long'))
  }

  async #drain(): Promise<void> {
    await this.#writing
    for (let vain = 0; this.#waiting.length > 0 && vain < closingTries && !this.#ended; ) {
      const before = this.#waiting.length
      await this.#write()
      if (this.#waiting.length < before) continue
      vain += 1
      await sleep(closingRetryMs)
    }
  }

  #schedule(): void {
    if (this.#timer || this.#writing || this.#closing || this.#waiting.length === 0) return
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#writing = this.#write().finally(() => {
          this.#writing = null
          this.#schedule()
        })
      },
      Math.max(0, this.#nextAt - performance.now()),
    )
  }

  async #write(): Promise<void> {
    const { store, runId } = this.#options
    const batch = this.#takeBatch()
    const lost = this.#lost
    const entries = batch.map(({ entry }) => entry)
    if (lost > 0) entries.unshift(this.#lossEntry(lost))
    try {
      await store.writeLogEntries(runId, entries)
      this.#lost -= lost
      this.#nextAt = performance.now() + everyMs
    } catch (error) {
      this.#nextAt = performance.now() + retryMs
      this.#fail(batch, error)
    }
  }

  /** What surely did not land is tried again with the next batch; what may have landed is not written twice. */
  #fail(batch: Waiting[], error: unknown): void {
    if (isStoreError(error, 'not_found')) this.#ended = true
    if (isStoreError(error, 'unavailable') && error.details.outcome === 'none') {
      this.#waiting.unshift(...batch)
      for (const { bytes } of batch) this.#waitingBytes += bytes
      this.#report(error)
    } else this.#lose(batch.length, error)
  }

  #takeBatch(): Waiting[] {
    // One place, and some bytes, are for the entry that tells of losses.
    const most = { entries: maxLogEntries - 1, bytes: maxLogBatchBytes - 1_024 }
    let bytes = 0
    let count = 0
    for (const waiting of this.#waiting) {
      if (count === most.entries || bytes + waiting.bytes > most.bytes) break
      bytes += waiting.bytes
      count += 1
    }
    this.#waitingBytes -= bytes
    return this.#waiting.splice(0, count)
  }

  #lossEntry(lost: number): NewLogEntry {
    const message = `${lost} log ${lost === 1 ? 'entry was' : 'entries were'} lost`
    return { time: this.#options.now(), level: 'warn', message, data: { lost } }
  }

  #lose(count: number, error: unknown): void {
    this.#lost += count
    this.#report(error)
  }

  #report(error: unknown): void {
    if (this.#reported) return
    this.#reported = true
    this.#options.onFault(error)
  }
}

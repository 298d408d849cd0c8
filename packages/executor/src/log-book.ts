import { hasLogs, type IWorkflowStore, type Json, type LogLevel, type WorkflowEvent } from '@ion/store'
import { logEntriesOf } from './log-entries-of.ts'
import { LogWriter } from './log-writer.ts'
import type { LogEntry, RunOptions } from './options.ts'
import type { Masker } from './secrets/masker.ts'
import { StoreClock } from './store-clock.ts'
import { tell } from './tell.ts'

/** Whose notes are taken. */
export interface LogBookOptions {
  store: IWorkflowStore
  runId: string
  /** `null` when the run has no secrets. */
  masker: Masker | null
  onLog: RunOptions['onLog']
}

/**
 * Where everything enters that is noted of a run while this executor has it: by its nodes, by the executor, and what of its events
 * people look for in a log. Notes go to whoever watches, and all of it to the store, where that keeps log entries.
 */
export class LogBook {
  readonly #options: LogBookOptions
  readonly #clock = new StoreClock()
  readonly #writer: LogWriter | null

  constructor(options: LogBookOptions) {
    this.#options = options
    const { store, runId } = options
    const now = () => this.#clock.after(0)
    const onFault = (error: unknown) => this.#tellOfFault(error)
    this.#writer = hasLogs(store) ? new LogWriter({ store, runId, now, onFault }) : null
  }

  /** Takes events that are durable, and masked. Whoever watches hears of them as events. */
  hear(events: readonly WorkflowEvent[]): void {
    const last = events.at(-1)
    if (!last) return
    this.#clock.observe(last.timestamp)
    for (const event of events) {
      // Whatever an event has in it: what is made of it is no reason for a run to fail.
      tell(() => logEntriesOf(event).forEach((entry) => void this.#writer?.add(entry)))
    }
  }

  /** Takes what a node notes, masked already. */
  note({ runId: _, ...entry }: LogEntry): void {
    this.#tell(entry)
    this.#writer?.add({ time: this.#clock.after(0), ...entry })
  }

  /** Takes what the executor itself notes of the run. */
  say(level: LogLevel, message: string, data?: Json): void {
    const { masker, runId } = this.#options
    const facts = data === undefined ? {} : { data: masker?.json(data) ?? data }
    this.note({ runId, level, message: masker?.text(message) ?? message, ...facts })
  }

  /** Writes what is still to be written. Never throws. */
  async close(): Promise<void> {
    await this.#writer?.close()
  }

  #tellOfFault(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    const message = `the log of the run could not be written, and may lack entries: ${why}`
    this.#tell({ level: 'warn', message: this.#options.masker?.text(message) ?? message })
  }

  #tell(entry: Omit<LogEntry, 'runId'>): void {
    const { onLog, runId } = this.#options
    tell(() => onLog?.({ runId, ...entry }))
  }
}

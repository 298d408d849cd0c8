import type { CallOptions } from './contract.ts'
import type { Json } from './json.ts'

/** How much a log entry matters, from the least to the most. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const

/** How much a log entry matters. */
export type LogLevel = (typeof logLevels)[number]

/** The most bytes that one log entry may have as JSON in UTF-8. */
export const maxLogEntryBytes = 64 * 1024

/** The most entries that one call may write. */
export const maxLogEntries = 1_000

/** The most bytes that the entries of one call may have together. */
export const maxLogBatchBytes = 1024 * 1024

/** What somebody notes while a run is executed: for people who want to know what went on. The engine never reads it. */
export interface NewLogEntry {
  /** When it was noted (ISO, milliseconds). The writer says it: entries come later, in batches. */
  time: string
  level: LogLevel
  message: string
  /** Facts that belong to the message. */
  data?: Json
  /** The node path that it is about, such as `refine/3` for an iteration. Absent: the whole run. */
  nodeId?: string
  /** Which attempt of that node, from 1. */
  attempt?: number
}

/** A log entry as stored: never changed, gone only with its run. */
export interface StoredLogEntry extends NewLogEntry {
  runId: string
  /** Greater than that of every entry of the run before it. There may be gaps. */
  sequence: number
}

/** Which log entries of a run. Every condition given must hold. */
export interface LogFilter {
  /** This level, or one that matters more. */
  level?: LogLevel
  /** This node path, and all that ran inside it: `refine` also finds `refine/3`. */
  nodeId?: string
  attempt?: number
  /** Noted at or after this time (ISO, milliseconds). */
  since?: string
  /** Noted before this time (ISO, milliseconds). */
  until?: string
}

/** A filter, and which page of what it finds. */
export interface LogQuery extends LogFilter {
  /** The sequence of the last entry on the page before. Default 0: from the first. */
  after?: number
  /** At most this many, 1 to 1,000. */
  limit: number
}

/**
 * A store that keeps what is noted of runs, beside their events: nothing that happens in a run depends on it. Writing needs no claim,
 * is taken in whatever status a run is, and leaves the run's record as it is.
 *
 * @example
 * if (hasLogs(store)) {
 *   const warnings = await store.listLogEntries(runId, { level: 'warn', limit: 100 })
 *   for (const { time, nodeId = '', message } of warnings) console.log(time, nodeId, message)
 * }
 */
export interface Logs {
  /**
   * Adds entries behind those that are there, in the order in which they are given. They outlive the process that wrote them once
   * this resolves; a loss of power may take the last of them. When the medium fails (`unavailable`) the first of them may have landed,
   * and a repeat would write them twice.
   *
   * @param entries - 1 to 1,000, at most 1 MiB together.
   * @throws `not_found`; `invalid_record`; `too_large` for an entry of more than 64 KiB as JSON. Nothing was written then.
   */
  writeLogEntries(id: string, entries: readonly NewLogEntry[], options?: CallOptions): Promise<void>

  /**
   * Log entries of a run in order of their sequences. None appears behind one that was given out, whoever writes meanwhile: so the last
   * sequence is a cursor to go on from.
   *
   * @throws `not_found`; `invalid_record` for a query that can't be right.
   */
  listLogEntries(id: string, query: LogQuery, options?: CallOptions): Promise<StoredLogEntry[]>
}

/** Whether a store keeps log entries. */
export function hasLogs<Store extends object>(store: Store): store is Store & Logs {
  return (
    'writeLogEntries' in store && typeof store.writeLogEntries === 'function' && 'listLogEntries' in store
  )
}

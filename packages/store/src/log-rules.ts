import { z } from 'zod'
import { checkRecord } from './check-record.ts'
import { InvalidRecordError, TooLargeError } from './errors.ts'
import { nodePathSchema } from './ids.ts'
import { copyJson, jsonSchema } from './json.ts'
import {
  type LogFilter,
  type LogLevel,
  type LogQuery,
  logLevels,
  maxLogBatchBytes,
  maxLogEntries,
  maxLogEntryBytes,
  type NewLogEntry,
} from './logs.ts'
import { timeSchema } from './time-schema.ts'

// What a store that keeps log entries does with what it is handed, as pure functions.

const attempt = z.number().int().positive().optional()

const entrySchema = z.strictObject({
  time: timeSchema,
  level: z.enum(logLevels),
  message: z.string(),
  data: jsonSchema.optional(),
  nodeId: nodePathSchema.optional(),
  attempt,
})

const querySchema = z.strictObject({
  level: z.enum(logLevels).optional(),
  nodeId: nodePathSchema.optional(),
  attempt,
  since: timeSchema.optional(),
  until: timeSchema.optional(),
  after: z.number().int().nonnegative().optional(),
  limit: z.number().int().min(1).max(1_000),
})

/** Whether a value is a log entry, as a store may find it in a place that others can write to. */
export function isLogEntry(value: unknown): value is NewLogEntry {
  return entrySchema.safeParse(value).success
}

/** How many bytes a log entry has as JSON in UTF-8, which is what the limits count. */
export function logEntryBytes(entry: NewLogEntry): number {
  return Buffer.byteLength(JSON.stringify(entry))
}

/**
 * Log entries to be stored: checked, and copies.
 *
 * @throws {InvalidRecordError} naming the first entry that is none, and every fault of it; {TooLargeError}
 */
export function givenLogEntries(entries: readonly NewLogEntry[]): NewLogEntry[] {
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > maxLogEntries) {
    throw new InvalidRecordError(`a call writes a list of 1 to ${maxLogEntries} log entries`)
  }
  let bytes = 0
  entries.forEach((entry: NewLogEntry, index) => {
    checkRecord(entrySchema, entry, `log entry ${index + 1}`)
    const size = logEntryBytes(entry)
    if (size > maxLogEntryBytes) throw tooLarge(`log entry ${index + 1}`, size, maxLogEntryBytes)
    bytes += size
  })
  if (bytes > maxLogBatchBytes)
    throw tooLarge(`a call with ${entries.length} log entries`, bytes, maxLogBatchBytes)
  return copyJson([...entries])
}

/**
 * Which log entries are wanted: checked, and a copy.
 *
 * @throws {InvalidRecordError} naming every fault.
 */
export function givenLogQuery(query: LogQuery): LogQuery & { after: number } {
  checkRecord(querySchema, query, 'query')
  return { ...copyJson(query), after: query.after ?? 0 }
}

/** A level, and those that matter more. */
export function levelsFrom(least: LogLevel): LogLevel[] {
  return logLevels.slice(logLevels.indexOf(least))
}

/** Whether a log entry meets a filter: what every store's list must agree with. */
export function matchesLogEntry(entry: NewLogEntry, filter: LogFilter): boolean {
  const { level = 'debug', nodeId, attempt, since, until } = filter
  return (
    levelsFrom(level).includes(entry.level) &&
    (nodeId === undefined || entry.nodeId === nodeId || entry.nodeId?.startsWith(`${nodeId}/`) === true) &&
    (attempt === undefined || entry.attempt === attempt) &&
    (since === undefined || entry.time >= since) &&
    (until === undefined || entry.time < until)
  )
}

function tooLarge(what: string, bytes: number, most: number): TooLargeError {
  return new TooLargeError(`${what} has ${bytes} bytes; at most ${most} are taken`, { bytes, most })
}

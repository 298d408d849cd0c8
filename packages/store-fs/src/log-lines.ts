import { crc32 } from 'node:zlib'
import type {
  Annotation,
  AppendPatch,
  BlobRef,
  HeldClaim,
  JsonObject,
  NewEvent,
  NewRun,
  WorkflowSignal,
} from '@ion/store'

/** What a log's lines are written for, in the form that this version reads. */
export const logFormat = 1

/** How much of the log a writer knew: a reader that finds less has lost something. */
export interface Seen {
  /** Number of the last commit. */
  commit: number
  /** Number of the last signal. */
  signal: number
  /** How many updates there were. */
  update: number
  /** Number of the last annotation; absent when there was none. */
  annotation?: number
}

/** Which lines belong together, and where a commit stands in the run. */
export interface CommitMark {
  id: string
  /** 1, 2, 3 … per run. Signals, annotations and updates have none: they need no turn. */
  number?: number
  /** Place of the line in its unit, from 0. */
  index: number
  /** How many lines the unit has. */
  count: number
}

/** What an append does besides its events. */
export interface BatchFacts {
  /** The log's last sequence before. */
  after: number
  /** Number of the claim that the run had; 0 for none. At its place the log must still have that one. */
  held: number
  expectedSignal?: number
  run?: AppendPatch
  release?: true
  /** The claim that comes with this append, and how long it was asked to last. */
  grant?: HeldClaim & { ttlMs: number }
  blobs?: BlobRef[]
}

/** An event with its place. */
export type LoggedEvent = NewEvent & { sequence: number }

/** The run's creation: the first line. */
export interface CreatedLine {
  format: number
  commit: CommitMark
  at: string
  created: Required<NewRun>
}

/** A line of an append: the first has `batch`, each but that of an append without events has an event. */
export interface AppendLine {
  commit: CommitMark & { number: number }
  at: string
  seen?: Seen
  batch?: BatchFacts
  event?: LoggedEvent
}

/** A signal, with the number it goes for. Where it stands among the events its place in the log says. */
export interface SignalLine {
  commit: CommitMark
  at: string
  seen: Seen
  signal: Omit<WorkflowSignal, 'runId' | 'sentAt' | 'atEvent'>
}

/** An annotation, with the number it goes for. */
export interface AnnotationLine {
  commit: CommitMark
  at: string
  seen: Seen
  annotation: Omit<Annotation, 'runId' | 'annotatedAt'>
}

/** A change of a run's own fields: absent members stay as they are, metadata are merged. */
export interface FieldsUpdate {
  metadata?: JsonObject | undefined
  priority?: number | undefined
  wakeAt?: string | null | undefined
}

/** A change of the run's own fields. */
export interface UpdateLine {
  commit: CommitMark
  at: string
  seen: Seen
  update: FieldsUpdate
}

/** The run's end as a whole: nothing counts after it. */
export interface DeletedLine {
  commit: CommitMark & { number: number }
  at: string
  seen: Seen
  deleted: true
}

/** A line of `events.jsonl`. */
export type Line = CreatedLine | AppendLine | SignalLine | AnnotationLine | UpdateLine | DeletedLine

/** A log that can't be right; whoever knows the file turns it into a `CorruptError`. */
export class LogFault extends Error {
  /** Offset of the line that is at fault. */
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** Writes a line, its newline included: JSON whose last member is the CRC-32 of all bytes before it. */
export function encodeLine(line: Line): string {
  const text = JSON.stringify(line).slice(0, -1)
  return `${text},"crc":${crc32(text)}}\n`
}

const checksumPattern = /,"crc":(\d{1,10})\}$/
const longestChecksum = ',"crc":4294967295}'.length

/**
 * Reads a line, without its newline.
 *
 * @returns `null` for what a torn write may have left: no JSON text.
 * @throws {LogFault} for JSON that isn't what was written: no torn write leaves that, for it lacks its last bytes.
 */
export function decodeLine(bytes: Buffer, offset: number): Line | null {
  const suffix = checksumPattern.exec(bytes.toString('latin1', Math.max(0, bytes.length - longestChecksum)))
  const end = bytes.length - (suffix?.[0].length ?? 0)
  if (!suffix || crc32(bytes.subarray(0, end)) !== Number(suffix[1])) {
    if (parseJson(bytes.toString()) === undefined) return null
    throw new LogFault('its checksum does not fit its content', offset)
  }
  const value = parseJson(`${bytes.toString('utf8', 0, end)}}`)
  if (isLine(value)) return value
  throw new LogFault('it is no line that this version of Ion knows', offset)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The checksum vouches for the content, so that only the kind of line is looked at. */
function isLine(value: unknown): value is Line {
  if (!isObject(value) || typeof value.at !== 'string' || !isObject(value.commit)) return false
  const { id, number, index, count } = value.commit
  if (typeof id !== 'string' || typeof index !== 'number' || typeof count !== 'number') return false
  if ('created' in value) return isObject(value.created) && value.format === logFormat
  if (index === 0 && !isObject(value.seen)) return false
  if ('signal' in value) return isObject(value.signal)
  if ('annotation' in value) return isObject(value.annotation)
  if ('update' in value) return isObject(value.update)
  if (typeof number !== 'number') return false
  if ('deleted' in value) return value.deleted === true
  return index === 0 ? isObject(value.batch) : isObject(value.event)
}

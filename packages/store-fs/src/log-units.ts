import {
  type AnnotationLine,
  type AppendLine,
  type BatchFacts,
  type CommitMark,
  type CreatedLine,
  type DeletedLine,
  decodeLine,
  encodeLine,
  type Line,
  type LoggedEvent,
  type Seen,
  type SignalLine,
  type UpdateLine,
} from './log-lines.ts'

/** The lines of one append, put together. */
export interface AppendUnit {
  commit: { id: string; number: number }
  at: string
  seen: Seen
  batch: BatchFacts
  events: LoggedEvent[]
}

/** What lands in a log as a whole or not at all: an append, or one of the single lines. */
export type Unit = CreatedLine | AppendUnit | SignalLine | AnnotationLine | UpdateLine | DeletedLine

/** A whole unit as it was found in a log. */
export interface PlacedUnit {
  unit: Unit
  /** Offset of its first byte. */
  start: number
  /** Offset after its last newline. */
  end: number
  /** Where the first of the bad lines is that lie between the unit before and this one. */
  badFrom: number | null
}

/** Whether a unit is an append. */
export function isAppend(unit: Unit): unit is AppendUnit {
  return 'batch' in unit
}

/** The text of a unit: what one write puts at the end of a log. */
export function encodeUnit(unit: Unit): string {
  if (!isAppend(unit)) return encodeLine(unit)
  const { commit, at, seen, batch, events } = unit
  const count = Math.max(1, events.length)
  const first: AppendLine = { commit: { ...commit, index: 0, count }, at, seen, batch }
  if (events[0]) first.event = events[0]
  const rest = events.slice(1).map((event, index) => {
    return encodeLine({ commit: { ...commit, index: index + 1, count }, at, event })
  })
  return encodeLine(first) + rest.join('')
}

const newline = 10
const nothing: Buffer = Buffer.alloc(0)

/**
 * Finds the whole units in the bytes of a log, as they come. What is torn, or belongs to a unit that is not whole, is
 * passed over: whether anything was lost thereby is for the fold to say, which knows the numbers.
 */
export class UnitScanner {
  #offset: number
  #carry: Buffer = nothing
  #open: { start: number; lines: Line[] } | null = null
  #badFrom: number | null = null

  /** @param offset - Where the bytes come from that are pushed first: the beginning of a line. */
  constructor(offset: number) {
    this.#offset = offset
  }

  /** @throws {LogFault} for a line that neither was written so nor is torn. */
  push(chunk: Buffer): PlacedUnit[] {
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk
    const found: PlacedUnit[] = []
    let from = 0
    for (let to = bytes.indexOf(newline); to >= 0; to = bytes.indexOf(newline, from)) {
      const unit = this.#take(bytes.subarray(from, to), this.#offset + from)
      if (unit) found.push(unit)
      from = to + 1
    }
    this.#offset += from
    this.#carry = bytes.subarray(from)
    return found
  }

  #take(bytes: Buffer, start: number): PlacedUnit | null {
    const line = decodeLine(bytes, start)
    if (line === null || !this.#continues(line, start)) {
      this.#badFrom ??= this.#open?.start ?? start
      this.#open = null
      return null
    }
    const open = this.#open
    if (open === null || open.lines.length < line.commit.count) return null
    const placed = {
      unit: unitOf(open.lines),
      start: open.start,
      end: start + bytes.length + 1,
      badFrom: this.#badFrom,
    }
    this.#open = null
    this.#badFrom = null
    return placed
  }

  /** Whether a line begins a unit or is the next one of the unit that has begun. */
  #continues(line: Line, start: number): boolean {
    const { id, index, count } = line.commit
    if (index === 0) {
      if (this.#open) this.#badFrom ??= this.#open.start
      this.#open = { start, lines: [line] }
      return true
    }
    const before = this.#open?.lines
    const first: CommitMark | undefined = before?.[0]?.commit
    if (!before || first?.id !== id || first.count !== count || before.length !== index) return false
    before.push(line)
    return true
  }
}

function unitOf(lines: Line[]): Unit {
  const [first] = lines
  if (first && ('created' in first || 'signal' in first || 'annotation' in first)) return first
  if (first && ('update' in first || 'deleted' in first)) return first
  if (first?.seen === undefined || first.batch === undefined)
    throw new TypeError('a unit without a first line')
  const { commit, at, seen, batch } = first
  const events: LoggedEvent[] = []
  for (const line of lines) if ('event' in line && line.event) events.push(line.event)
  return { commit: { id: commit.id, number: commit.number }, at, seen, batch, events }
}

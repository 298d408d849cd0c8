import { hash } from 'node:crypto'
import type { BlobRef } from '@ion/store'
import { AnnotationIndex } from './annotation-index.ts'
import type { Folded } from './log-fold.ts'
import { isAppend, type PlacedUnit } from './log-units.ts'

const eventsApart = 256
const bytesApart = 256 * 1024

/**
 * Six bytes of a digest: whoever finds a place by it reads the commit there and compares the id itself. Of the characters
 * as they are: UTF-8 has one replacement for all lone surrogates, and so one place for ids that differ in them.
 */
function shortHash(commitId: string): number {
  return hash('sha1', Buffer.from(commitId, 'utf16le'), 'buffer').readUIntBE(0, 6)
}

/** Where a signal lies: the offset of its line, and the last event before it. */
export interface PlacedSignal {
  start: number
  atEvent: number
}

/**
 * Where things lie in a log, so that none of it is read twice to find them. Of a commit it keeps two numbers, of
 * events a place now and then, of signals and blobs (there are few) their names.
 */
export class LogIndex {
  readonly annotations = new AnnotationIndex()
  readonly #commits = new Map<number, number>()
  readonly #sequences: number[] = []
  readonly #offsets: number[] = []
  readonly #signals: PlacedSignal[] = []
  readonly #signalIds = new Map<string, PlacedSignal>()
  readonly #blobs = new Map<string, BlobRef>()
  readonly #voids = new Set<number>()

  add({ unit, start, end }: PlacedUnit, { counts, state }: Folded): void {
    if (!counts) {
      this.#voids.add(start)
    } else if ('signal' in unit) {
      const signal = { start, atEvent: state.head.lastSequence }
      this.#signals.push(signal)
      this.#signalIds.set(unit.signal.id, signal)
    } else if ('annotation' in unit) {
      this.annotations.add(unit, { start, end })
    } else if (isAppend(unit)) {
      this.#commits.set(shortHash(unit.commit.id), start)
      for (const blob of unit.batch.blobs ?? []) this.#blobs.set(blob.ref, blob)
      const [first] = unit.events
      if (first) this.#markEvent(first.sequence, start)
    }
  }

  #markEvent(sequence: number, start: number): void {
    const [lastSequence, lastOffset] = [this.#sequences.at(-1), this.#offsets.at(-1)]
    const near =
      lastSequence !== undefined &&
      lastOffset !== undefined &&
      sequence - lastSequence < eventsApart &&
      start - lastOffset < bytesApart
    if (near) return
    this.#sequences.push(sequence)
    this.#offsets.push(start)
  }

  /** Where the commit with this id may lie. */
  commitAt(commitId: string): number | undefined {
    return this.#commits.get(shortHash(commitId))
  }

  /** A place at or before the unit with this event, from which to look for it. */
  eventFrom(sequence: number): number {
    let [low, high] = [0, this.#sequences.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sequences[middle] ?? 0) <= sequence) low = middle + 1
      else high = middle
    }
    return this.#offsets[low - 1] ?? 0
  }

  /** Where the signals after this number lie, at most `limit` of them. */
  signalsAfter(after: number, limit: number): PlacedSignal[] {
    return this.#signals.slice(after, after + limit)
  }

  /** Where the signal with this id lies. */
  signalAt(id: string): PlacedSignal | undefined {
    return this.#signalIds.get(id)
  }

  /** How many signals there were when the log ended at this offset. */
  signalsBefore(offset: number): number {
    return this.#signals.filter(({ start }) => start < offset).length
  }

  blob(ref: string): BlobRef | undefined {
    return this.#blobs.get(ref)
  }

  /** Whether the unit at this offset is void. */
  isVoid(start: number): boolean {
    return this.#voids.has(start)
  }
}

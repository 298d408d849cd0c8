import {
  type Append,
  type Appended,
  type Blob,
  type Claim,
  checkAppendShape,
  type IWorkflowStore,
  isStoreError,
  type NewEvent,
  type WorkflowEvent,
} from '@ion/store'
import { newCommitId } from './commit-id.ts'
import { patiently } from './patience.ts'

/** The most that one append carries. */
const batchEvents = 500
const batchBytes = 4 * 1024 * 1024

interface Entry {
  events: NewEvent[]
  blobs: Blob[]
  bytes: number
  settle: (error?: unknown) => void
}

export interface CommitQueueOptions {
  store: IWorkflowStore
  runId: string
  claim: Claim
  /** What the log and the signals are at when the queue begins. */
  lastSequence: number
  lastSignal: number
  /** How long an append whose fate is unknown is repeated, in milliseconds. */
  patienceMs: number
  /** Events that are durable now, in order. */
  onCommitted(events: WorkflowEvent[]): void
  /** The store is unavailable, and is asked again. Called once for each append that meets it. */
  onAway?(error: unknown): void
  /** The store has signals up to this number. */
  onSignal(lastSignal: number): void
  /** The run is lost: nothing more can be written by this executor. */
  onLost(error: unknown): void
}

/**
 * The one way this executor writes: events that wait at the same time go in one append, in order of arrival, one
 * append in flight. An event is checked before it joins, so that one bad value never spoils its neighbours.
 */
export class CommitQueue {
  readonly #options: CommitQueueOptions
  #waiting: Entry[] = []
  #pumping: Promise<void> | null = null
  #held = false
  #lost: { error: unknown } | null = null
  #committed: number
  #enqueued: number
  #lastSignal: number

  constructor(options: CommitQueueOptions) {
    this.#options = options
    this.#committed = options.lastSequence
    this.#enqueued = options.lastSequence
    this.#lastSignal = options.lastSignal
  }

  /** The sequence that the next event to be enqueued will have. */
  get nextSequence(): number {
    return this.#enqueued + 1
  }

  /**
   * Puts events into the queue; they land together.
   *
   * @returns a promise that resolves when they are durable, and rejects when the run is lost.
   * @throws {InvalidRecordError} | {TooLargeError} at once, when the store could not take them; nothing is enqueued.
   */
  enqueue(events: NewEvent[], blobs: Blob[] = []): Promise<void> {
    checkAppendShape({ commitId: 'check', expectedSequence: 0, events, blobs }, this.#options.store.abilities)
    if (this.#lost) return Promise.reject(this.#lost.error)
    this.#enqueued += events.length
    let bytes = 0
    for (const event of events) bytes += sizeOf(event)
    for (const blob of blobs) bytes += blob.bytes.length
    const durable = new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown) => (error === undefined ? resolve() : reject(error))
      this.#waiting.push({ events, blobs, bytes, settle })
    })
    this.#pumping ??= this.#pump()
    return durable
  }

  /** Keeps back what waits, and what comes, for the append that is about to end the turn: `finish`, or else `resume`, must follow. */
  hold(): void {
    this.#held = true
  }

  /** Sends what was kept back. */
  resume(): void {
    this.#held = false
    if (this.#waiting.length > 0) this.#pumping ??= this.#pump()
  }

  /** Resolves when nothing is in flight, nor waits unless it is kept back. Rejects when the run is lost. */
  async idle(): Promise<void> {
    while (this.#pumping) await this.#pumping
    if (this.#lost) throw this.#lost.error
  }

  /**
   * Pauses, ends or lets go of the run: the last append, with what was kept back for it.
   *
   * @returns `false` when a signal came that the caller has not seen: the turn goes on then, and only what was kept back is written.
   */
  async finish(last: Pick<Append, 'events' | 'run'>, seenSignal: number): Promise<boolean> {
    const kept = await this.#takeKept()
    const append: Append = {
      ...this.#appendOf(kept),
      ...last,
      events: [...kept.flatMap((entry) => entry.events), ...last.events],
      expectedSignal: seenSignal,
      release: true,
    }
    try {
      const appended = await this.#appendUntilKnown(append)
      this.#enqueued = appended.lastSequence
      this.#land(append, appended)
      for (const entry of kept) entry.settle()
      return true
    } catch (error) {
      this.#waiting.unshift(...kept)
      if (isStoreError(error, 'conflict') && 'actualSignal' in error.details) {
        const actual = error.details.actualSignal
        if (typeof actual === 'number') this.#noticeSignal(actual)
        this.resume()
        return false
      }
      this.#lose(error)
      throw error
    }
  }

  /** What was kept back, when nothing else is in flight any more; none of it when it is too much for one append. */
  async #takeKept(): Promise<Entry[]> {
    await this.idle()
    const kept = this.#takeBatch()
    if (this.#waiting.length === 0) return kept
    this.#waiting.unshift(...kept)
    this.resume()
    await this.idle()
    return []
  }

  #appendOf(entries: readonly Entry[]): Append {
    return {
      commitId: newCommitId(this.#committed),
      expectedSequence: this.#committed,
      claim: this.#options.claim,
      events: entries.flatMap((entry) => entry.events),
      blobs: entries.flatMap((entry) => entry.blobs),
    }
  }

  async #pump(): Promise<void> {
    // Whatever is enqueued in the same turn joins the first append.
    await Promise.resolve()
    while (this.#waiting.length > 0 && !this.#held && !this.#lost) {
      const batch = this.#takeBatch()
      const append = this.#appendOf(batch)
      try {
        const appended = await this.#appendUntilKnown(append)
        this.#land(append, appended)
        for (const entry of batch) entry.settle()
      } catch (error) {
        this.#waiting.unshift(...batch)
        this.#lose(error)
      }
      // What became ready by these events is enqueued before the next append leaves.
      await Promise.resolve()
    }
    this.#pumping = null
  }

  #takeBatch(): Entry[] {
    let events = 0
    let bytes = 0
    let size = 0
    for (const entry of this.#waiting) {
      events += entry.events.length
      bytes += entry.bytes
      if (size > 0 && (events > batchEvents || bytes > batchBytes)) break
      size += 1
    }
    return this.#waiting.splice(0, size)
  }

  /** The same append again until its fate is known; nothing else is sent meanwhile. */
  async #appendUntilKnown(append: Append): Promise<Appended> {
    const { store, runId, patienceMs, onAway } = this.#options
    let told = false
    return await patiently({ patienceMs }, async () => {
      try {
        return await store.appendEvents(runId, append)
      } catch (error) {
        if (!told && isStoreError(error, 'unavailable')) onAway?.(error)
        told = true
        throw error
      }
    })
  }

  #land(append: Append, { lastSequence, lastSignal, timestamp }: Appended): void {
    const { runId, onCommitted } = this.#options
    const first = lastSequence - append.events.length + 1
    this.#committed = lastSequence
    onCommitted(
      append.events.map((event, index) => ({
        ...event,
        runId,
        sequence: first + index,
        timestamp,
        commitId: append.commitId,
      })),
    )
    this.#noticeSignal(lastSignal)
  }

  #noticeSignal(lastSignal: number): void {
    if (lastSignal <= this.#lastSignal) return
    this.#lastSignal = lastSignal
    this.#options.onSignal(lastSignal)
  }

  #lose(error: unknown): void {
    if (this.#lost) return
    this.#lost = { error }
    const waiting = this.#waiting
    this.#waiting = []
    for (const entry of waiting) entry.settle(error)
    this.#options.onLost(error)
  }
}

function sizeOf(event: NewEvent): number {
  const { payload } = event
  const output = 'output' in payload && typeof payload.output === 'string' ? payload.output.length : 0
  const usage = 'usage' in payload ? JSON.stringify(payload.usage).length : 0
  return 512 + output + usage
}

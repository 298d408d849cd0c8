import {
  type Append,
  applyEvent,
  type Blob,
  type NewEvent,
  type NodeState,
  type RunState,
  type WorkflowEvent,
} from '@ion/store'
import type { CommitQueue } from './commit-queue.ts'
import { maskRecord } from './secrets/mask-record.ts'
import type { Masker } from './secrets/masker.ts'
import type { StoreClock } from './store-clock.ts'

/**
 * The run as this executor sees it: its state, always one with what was recorded, and the queue that makes it durable.
 * The state runs ahead of the store by what is in the queue; whatever acts on it waits for the durability of its own
 * events, and a run whose queue fails is lost as a whole, so nothing ever acts on a state that did not come to be.
 *
 * Everything is recorded through here, and masked here: neither the state nor the store ever has a secret.
 */
export class Journal {
  readonly state: RunState
  readonly #runId: string
  readonly #queue: CommitQueue
  readonly #clock: StoreClock
  readonly #masker: Masker | null

  constructor(options: {
    runId: string
    state: RunState
    queue: CommitQueue
    clock: StoreClock
    masker: Masker | null
  }) {
    this.#runId = options.runId
    this.state = options.state
    this.#queue = options.queue
    this.#clock = options.clock
    this.#masker = options.masker
  }

  /** How a node path stands. */
  node(path: string): NodeState | undefined {
    return this.state.nodes.get(path)
  }

  /**
   * Records events: they count from now on, and are durable when the promise resolves.
   *
   * @throws {InvalidRecordError} | {TooLargeError} at once, when the store can't take them; nothing is recorded then.
   */
  record(given: NewEvent[], givenBlobs: Blob[] = []): Promise<void> {
    const { events, blobs } = this.#masked(given, givenBlobs)
    const first = this.#queue.nextSequence
    const durable = this.#queue.enqueue(events, blobs)
    // Whoever needs durability waits for it; a loss reaches everybody through the queue's `onLost`.
    durable.catch(() => {})
    this.#apply(events, first)
    return durable
  }

  /** Keeps back what is recorded, to go to the store with the end of the turn. `finish` must follow, or else `resume`. */
  hold(): void {
    this.#queue.hold()
  }

  /** Sends what was kept back. */
  resume(): void {
    this.#queue.resume()
  }

  /**
   * Pauses, ends or lets go of the run.
   *
   * @returns `false` when there is a signal beyond `seenSignal`: nothing was written then but what was recorded before.
   */
  async finish(last: Pick<Append, 'events' | 'run'>, seenSignal: number): Promise<boolean> {
    await this.#queue.idle()
    const first = this.#queue.nextSequence
    const { events } = this.#masked(last.events, [])
    const written = await this.#queue.finish({ ...last, events }, seenSignal)
    if (written) this.#apply(events, first)
    return written
  }

  #masked(events: NewEvent[], blobs: Blob[]): { events: NewEvent[]; blobs: Blob[] } {
    return this.#masker ? maskRecord(this.#masker, { events, blobs }) : { events, blobs }
  }

  #apply(events: NewEvent[], first: number): void {
    const timestamp = this.#clock.after(0)
    events.forEach((event, index) => {
      const placed: WorkflowEvent = {
        ...event,
        runId: this.#runId,
        sequence: first + index,
        timestamp,
        commitId: '',
      }
      applyEvent(this.state, placed)
    })
  }
}

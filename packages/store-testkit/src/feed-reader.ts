import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventFeed, hasEventFeed, type IWorkflowStore, type WorkflowEvent } from '@ion/store'
import { allEvents } from './read-all.ts'
import { startedRun } from './sample-runs.ts'

/** Runs that are there to be waited for: once their event is met, so must be all that was committed before. */
const marker = 'marker-'

/** A consumer of a store's feed, which keeps its cursor. Passes over markers, its own and those of others. */
export class FeedReader {
  /** All that it has met, in order. */
  readonly met: WorkflowEvent[] = []
  readonly #store: IWorkflowStore & EventFeed
  readonly #limit: number
  #cursor: string | undefined

  /** @param from - Where it begins. Default: before all events. */
  constructor(store: IWorkflowStore, { limit = 100, from }: { limit?: number; from?: string } = {}) {
    assert.ok(hasEventFeed(store), 'a store that declares a feed has no readEvents')
    this.#store = store
    this.#limit = limit
    this.#cursor = from
  }

  /** Reads a page; gives its events. */
  async page(): Promise<WorkflowEvent[]> {
    const events = (await this.#read()).filter(({ runId }) => !runId.startsWith(marker))
    this.met.push(...events)
    return events
  }

  /**
   * Reads all that was committed until now; gives what of it is new. A store may hold back what others, which have nothing to do with
   * it, could still come before.
   */
  async rest(): Promise<WorkflowEvent[]> {
    const from = this.met.length
    const id = await startedRun(this.#store, { id: `${marker}${randomUUID()}` })
    for (let looks = 0; looks < 400; ) {
      const events = await this.#read()
      this.met.push(...events.filter(({ runId }) => !runId.startsWith(marker)))
      if (events.some(({ runId }) => runId === id)) return this.met.slice(from)
      assert.ok(this.met.length < 100_000, 'the feed comes to no end')
      if (events.length > 0) continue
      looks += 1
      await sleep(5 + looks / 10)
    }
    assert.fail('the feed never came to an event that was committed')
  }

  /** Where it is. */
  get cursor(): string {
    assert.ok(this.#cursor !== undefined, 'no page was read yet')
    return this.#cursor
  }

  async #read(): Promise<WorkflowEvent[]> {
    const after = this.#cursor === undefined ? {} : { after: this.#cursor }
    const { events, cursor } = await this.#store.readEvents({ ...after, limit: this.#limit })
    assert.ok(events.length <= this.#limit, `a page of ${this.#limit} has ${events.length} events`)
    assert.equal(typeof cursor, 'string', 'a page has no cursor')
    this.#cursor = cursor
    return events
  }
}

/** The names of events, for comparisons that show which one is missing. */
export function namesOf(events: readonly WorkflowEvent[]): string[] {
  return events.map(({ runId, sequence, type }) => `${runId} ${sequence} ${type}`)
}

/** What was met must be the whole logs of these runs, each in its order, and nothing else. */
export async function assertWholeLogs(
  store: IWorkflowStore,
  met: readonly WorkflowEvent[],
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    const log = await allEvents(store, id)
    const ofRun = met.filter(({ runId }) => runId === id)
    assert.deepEqual(namesOf(ofRun), namesOf(log), `the feed has other events of run ${id} than its log`)
    assert.deepEqual(ofRun, log, `the feed tells the events of run ${id} otherwise than its log`)
  }
  const strange = met.filter(({ runId }) => !ids.includes(runId))
  assert.deepEqual(namesOf(strange), [], 'the feed has events that belong to no run')
}

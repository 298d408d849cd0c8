import assert from 'node:assert/strict'
import { type EventFeed, hasEventFeed, type IWorkflowStore, type WorkflowEvent } from '@ion/store'
import { allEvents } from './read-all.ts'

/** A consumer of a store's feed, which keeps its cursor. */
export class FeedReader {
  /** All that it has met, in order. */
  readonly met: WorkflowEvent[] = []
  readonly #feed: EventFeed
  readonly #limit: number
  #cursor: string | undefined

  /** @param from - Where it begins. Default: before all events. */
  constructor(store: IWorkflowStore, { limit = 100, from }: { limit?: number; from?: string } = {}) {
    assert.ok(hasEventFeed(store), 'a store that declares a feed has no readEvents')
    this.#feed = store
    this.#limit = limit
    this.#cursor = from
  }

  /** Reads a page; gives its events. */
  async page(): Promise<WorkflowEvent[]> {
    const after = this.#cursor === undefined ? {} : { after: this.#cursor }
    const { events, cursor } = await this.#feed.readEvents({ ...after, limit: this.#limit })
    assert.ok(events.length <= this.#limit, `a page of ${this.#limit} has ${events.length} events`)
    assert.equal(typeof cursor, 'string', 'a page has no cursor')
    this.#cursor = cursor
    this.met.push(...events)
    return events
  }

  /** Reads until nothing is new; gives all that it has met since it was made. */
  async rest(): Promise<WorkflowEvent[]> {
    for (let pages = 0; (await this.page()).length > 0; pages++) {
      assert.ok(pages < 10_000, 'the feed comes to no end')
    }
    return this.met
  }

  /** Where it is. */
  get cursor(): string {
    assert.ok(this.#cursor !== undefined, 'no page was read yet')
    return this.#cursor
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

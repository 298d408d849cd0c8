import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Append,
  decodeFeedCursor,
  type EventFeed,
  encodeFeedCursor,
  type FeedPage,
  type StorePrimitives,
  type WorkflowEvent,
} from '@ion/store'
import type { Faults } from './fault.ts'

type Store = StorePrimitives & EventFeed

const behind = 'feed: no event appears behind a cursor that was given out, whoever commits meanwhile'
const onePage = 'feed: an event is on one page, whatever the size of pages, also where one ends amid a commit'
const whole = 'feed: gives the events of all runs as their logs have them'
const order = 'feed: the events of a run come in the order of its log'
const deleting =
  'feed: deleting runs, also the one that was last appended to, keeps no later event from being read'
const anew = 'feed: a deleted run has no more events, and one made anew under its id comes whole'
const idle = 'feed: a cursor is given also where nothing is new, and what is new then comes after it'
const nonsense = 'feed: a cursor that no page gave is refused as invalid_record'

/** All events in the order of their commits. */
async function allEvents(store: Store): Promise<WorkflowEvent[]> {
  return (await store.readEvents({ limit: 1_000 })).events
}

/** A feed whose cursor is a number that each event has, as a store might count them. */
function numbered(
  store: Store,
  numberOf: (event: WorkflowEvent, index: number, all: WorkflowEvent[]) => number,
): EventFeed {
  return {
    async readEvents({ after, limit }, options): Promise<FeedPage> {
      await store.readEvents({ limit }, options)
      const from = after === undefined ? 0 : Number(decodeFeedCursor(after))
      const found = (await allEvents(store))
        .map((event, index, all) => ({ event, number: numberOf(event, index, all) }))
        .filter(({ number }) => number > from)
        .sort((one, other) => one.number - other.number)
        .slice(0, limit)
      return {
        events: found.map(({ event }) => event),
        cursor: encodeFeedCursor(Buffer.from(`${found.at(-1)?.number ?? from}`)),
      }
    },
  }
}

const nameOf = ({ runId, sequence }: Pick<WorkflowEvent, 'runId' | 'sequence'>) => `${runId} ${sequence}`

/** What a feed does wrong. */
export const feedFaults: Faults = {
  'numbers events as their transactions begin, and reads past those that are slower': {
    breaks: behind,
    over: (store) => {
      const numbers = new Map<string, number>()
      let last = 0
      return {
        ...numbered(store, (event) => numbers.get(nameOf(event)) ?? 0.5),
        async appendEvents(id: string, append: Append, options) {
          const number = ++last
          for (let index = 1; index <= append.events.length; index++) {
            const name = nameOf({ runId: id, sequence: append.expectedSequence + index })
            numbers.set(name, number + index / 100)
          }
          if (number % 2 === 1) await sleep(5)
          return await store.appendEvents(id, append, options)
        },
      }
    },
  },

  'gives the last event of a page once more on the next': {
    breaks: onePage,
    over: (store) => {
      const lastOf = new Map<string, WorkflowEvent>()
      return {
        async readEvents({ after, limit }, options) {
          const page = await store.readEvents({ limit, ...(after === undefined ? {} : { after }) }, options)
          const last = after === undefined ? undefined : lastOf.get(after)
          const end = page.events.at(-1)
          if (end) lastOf.set(page.cursor, end)
          if (!last || page.events.length === 0 || page.events.length === limit) return page
          return { ...page, events: [last, ...page.events] }
        },
      }
    },
  },

  'gives numbers again that events of deleted runs had': {
    breaks: deleting,
    over: (store) => numbered(store, (_, index) => index + 1),
  },

  'tells the events of a commit last to first': {
    breaks: order,
    over: (store) => ({
      async readEvents(page, options) {
        const { events, cursor } = await store.readEvents(page, options)
        return { events: events.reverse(), cursor }
      },
    }),
  },

  'loses the rest of a commit where a page ends': {
    breaks: onePage,
    over: (store) =>
      numbered(store, ({ commitId }, _, all) => all.findIndex((event) => event.commitId === commitId) + 1),
  },

  'takes any text for the beginning that it can not read': {
    breaks: nonsense,
    over: (store) => ({
      async readEvents({ after, limit }, options) {
        try {
          return await store.readEvents({ limit, ...(after === undefined ? {} : { after }) }, options)
        } catch {
          return await store.readEvents({ limit: Math.max(1, Math.min(limit, 1_000) || 1) }, options)
        }
      },
    }),
  },

  'gives the cursor of the beginning where nothing is new': {
    breaks: idle,
    over: (store) => {
      let beginning: string | undefined
      return {
        async readEvents(page, options) {
          const found = await store.readEvents(page, options)
          beginning ??= found.cursor
          return found.events.length > 0 ? found : { ...found, cursor: beginning }
        },
      }
    },
  },

  'leaves out the outputs of nodes': {
    breaks: whole,
    over: (store) => ({
      async readEvents(page, options) {
        const { events, cursor } = await store.readEvents(page, options)
        for (const { type, payload } of events) if (type === 'node_completed') delete payload.output
        return { events, cursor }
      },
    }),
  },

  'does not hear of events that come with a claim': {
    breaks: 'feed: has what comes with a claim, and what derived calls append',
    over: (store) => {
      const claims = new Set<string>()
      return {
        async claimWorkflowRun(id, owner, ttlMs, append, options) {
          claims.add(append.commitId)
          return await store.claimWorkflowRun(id, owner, ttlMs, append, options)
        },
        async readEvents(page, options) {
          const { events, cursor } = await store.readEvents(page, options)
          return { events: events.filter(({ commitId }) => !claims.has(commitId)), cursor }
        },
      }
    },
  },

  'remembers by id and sequence what it has given, also of runs made anew': {
    breaks: anew,
    over: (store) => {
      const numbers = new Map<string, number>()
      return numbered(store, (event) => {
        const name = nameOf(event)
        numbers.set(name, numbers.get(name) ?? numbers.size + 1)
        return numbers.get(name) ?? 0
      })
    },
  },

  'gives a page of any size': {
    breaks: 'feed: a page has 1 to 1,000 events, and other limits are refused as invalid_record',
    over: (store) => ({
      async readEvents({ after, limit }, options) {
        const within = Math.trunc(Math.max(1, Math.min(limit, 1_000) || 1))
        return await store.readEvents({ limit: within, ...(after === undefined ? {} : { after }) }, options)
      },
    }),
  },

  'knows only the cursors of its own handle': {
    breaks: 'feed: a cursor holds in another handle',
    over: (store) => {
      const given = new Set<string>()
      return {
        async readEvents({ after, limit }, options) {
          const known = after !== undefined && given.has(after) ? { after } : {}
          const page = await store.readEvents({ ...known, limit }, options)
          given.add(page.cursor)
          return page
        },
      }
    },
  },
}

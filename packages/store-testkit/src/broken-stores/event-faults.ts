import type { NewEvent, WorkflowEvent } from '@ion/store'
import { isStoreError } from '@ion/store'
import type { Fault, Faults } from './fault.ts'

/** A store that changes the events it is asked for. */
function reading(breaks: string, change: (events: WorkflowEvent[]) => WorkflowEvent[]): Fault {
  return {
    breaks,
    over: (store) => ({
      async getWorkflowEvents(id, page, options) {
        return change(await store.getWorkflowEvents(id, page, options))
      },
    }),
  }
}

const comeBack = 'events: events come back in order with sequence, time, run and commit id'
const withoutGaps = 'events: sequences go on without gaps from append to append'

/** Gives every event of a node path the type of the last one. */
function overwritten(events: WorkflowEvent[]): WorkflowEvent[] {
  const last = new Map(events.map((event) => [event.nodeId, event]))
  return events.map((event) => {
    const { sequence } = event
    return event.nodeId === undefined ? event : { ...(last.get(event.nodeId) ?? event), sequence }
  })
}

/** The log: its order, and that nothing in it changes. */
export const eventFaults: Faults = {
  'leaves a gap between sequences': reading(withoutGaps, (events) =>
    events.map((event) => ({ ...event, sequence: event.sequence + (event.sequence > 2 ? 1 : 0) })),
  ),

  'gives events newest first': reading(comeBack, (events) => events.reverse()),

  'gives events in the order of their nodes': reading(withoutGaps, (events) =>
    events.sort((a, b) => ((a.nodeId ?? '') > (b.nodeId ?? '') ? -1 : 1)),
  ),

  'changes the first event of a node when another comes': reading(withoutGaps, overwritten),

  'stamps events as they are read': reading(comeBack, (events) =>
    events.map((event) => ({ ...event, timestamp: '2031-01-01T00:00:00.000Z' })),
  ),

  'stamps the events of one append one after the other': reading(comeBack, (events) =>
    events.map((event, index) => {
      const timestamp = new Date(Date.parse(event.timestamp) + index).toISOString()
      return { ...event, timestamp }
    }),
  ),

  'gives each event a commit id of its own': reading(comeBack, (events) =>
    events.map((event) => ({ ...event, commitId: `${event.commitId}.${event.sequence}` })),
  ),

  'gives what it keeps of no node as null': reading(comeBack, (events) =>
    events.map((event) => Object.assign({ nodeId: null }, event)),
  ),

  'gives the whole page again from the event that it was to come after': {
    breaks: 'paging: events are paged by the sequence they come after',
    over: (store) => ({
      getWorkflowEvents: (id, { after = 0, limit }, options) =>
        store.getWorkflowEvents(id, { after: Math.max(0, after - 1), limit }, options),
    }),
  },

  'gives shorter pages of events than it was asked for': {
    breaks: 'paging: a log of thousands of events is read whole',
    over: (store) => ({
      getWorkflowEvents: (id, { limit, ...page }, options) =>
        store.getWorkflowEvents(id, { ...page, limit: Math.min(limit, 500) }, options),
    }),
  },

  'reads a log once and never again': {
    breaks: 'handles: what one handle has written every other one reads at once',
    over: (store) => {
      const read = new Map<string, WorkflowEvent[]>()
      return {
        async getWorkflowEvents(id, page, options) {
          const key = `${id} ${page.after ?? 0} ${page.limit}`
          const events = read.get(key) ?? (await store.getWorkflowEvents(id, page, options))
          read.set(key, events)
          return structuredClone(events)
        },
      }
    },
  },

  'gives out the events that it keeps': {
    breaks: 'handles: what a store gives out are copies',
    over: (store) => {
      const given = new Map<string, WorkflowEvent>()
      return {
        async getWorkflowEvents(id, page, options) {
          const events = await store.getWorkflowEvents(id, page, options)
          return events.map((event) => {
            const key = `${id} ${event.sequence}`
            if (!given.has(key)) given.set(key, event)
            return given.get(key) ?? event
          })
        },
      }
    },
  },

  'keeps the very events that it was handed': {
    breaks: 'handles: what a store was handed is its own from then on',
    over: (store) => {
      const handed = new Map<string, NewEvent>()
      return {
        async claimWorkflowRun(id, owner, ttlMs, append, options) {
          append.events.forEach((event, index) => {
            handed.set(`${id} ${append.expectedSequence + index + 1}`, event)
          })
          return await store.claimWorkflowRun(id, owner, ttlMs, append, options)
        },
        async getWorkflowEvents(id, page, options) {
          const events = await store.getWorkflowEvents(id, page, options)
          return events.map((event) => Object.assign(event, handed.get(`${id} ${event.sequence}`)))
        },
      }
    },
  },

  'cuts a batch at 100 events': {
    breaks: 'events: hundreds of events land in one append',
    over: (store) => ({
      appendEvents: (id, append, options) =>
        store.appendEvents(id, { ...append, events: append.events.slice(0, 100) }, options),
    }),
  },

  'drops what is no event without a word': {
    breaks: 'events: a malformed event is refused as invalid_record, and nothing of its batch lands',
    over: (store) => ({
      async appendEvents(id, append, options) {
        try {
          return await store.appendEvents(id, append, options)
        } catch (error) {
          if (!isStoreError(error, 'invalid_record')) throw error
          return await store.appendEvents(id, { ...append, events: [] }, options)
        }
      },
    }),
  },

  'numbers the events of all runs together': {
    breaks: 'events: each run has its own sequences',
    over: (store) => {
      const runs: string[] = []
      return {
        async getWorkflowEvents(id, page, options) {
          if (!runs.includes(id)) runs.push(id)
          const events = await store.getWorkflowEvents(id, page, options)
          const before = runs.indexOf(id) * 100
          return events.map((event) => ({ ...event, sequence: event.sequence + before }))
        },
      }
    },
  },
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  hasEnded,
  InvalidTransitionError,
  matchesLogEntry,
  type NewLogEntry,
  type StoredLogEntry,
} from '@ion/store'
import type { Faults } from './fault.ts'

const all = { limit: 1_000 }

/** What is noted of runs. */
export const logFaults: Faults = {
  'rounds the times of log entries to seconds': {
    breaks: 'logs: log entries are found by when they were noted: from a time on, and before another',
    over: (store) => ({
      writeLogEntries: (id, entries, options) =>
        store.writeLogEntries(
          id,
          entries.map((entry) => ({ ...entry, time: entry.time.replace(/\d{3}Z$/, '000Z') })),
          options,
        ),
    }),
  },

  'drops the data of a log entry where it is null': {
    breaks: 'logs: log entries come back as they were written, with run and sequence',
    over: (store) => ({
      writeLogEntries: (id, entries, options) =>
        store.writeLogEntries(
          id,
          entries.map(({ data, ...entry }) => (data ? { ...entry, data } : entry)),
          options,
        ),
    }),
  },

  'ends a message at the first NUL': {
    breaks: 'logs: any text and any JSON value comes back from a log entry',
    over: (store) => ({
      async listLogEntries(id, query, options) {
        const entries = await store.listLogEntries(id, query, options)
        return entries.map((entry) => ({ ...entry, message: entry.message.replace(/\0.*/s, '') }))
      },
    }),
  },

  'lists from the beginning when it does not understand where to': {
    breaks: 'logs: a query of log entries that can not be right is refused as invalid_record',
    over: (store) => ({
      listLogEntries: (id, { after = 0, ...query }, options) =>
        store.listLogEntries(id, { ...query, after: Math.max(0, after) }, options),
    }),
  },

  'fills in what a log entry lacks': {
    breaks: 'logs: a log entry has no members that it was not given',
    over: (store) => ({
      async listLogEntries(id, query, options) {
        const entries = await store.listLogEntries(id, query, options)
        return entries.map((entry) => ({ data: null, attempt: 1, ...entry }))
      },
    }),
  },

  'sorts log entries by their times': {
    breaks: 'logs: log entries keep the order in which they were written, whatever their times say',
    over: (store) => ({
      async listLogEntries(id, query, options) {
        const entries = await store.listLogEntries(id, query, options)
        return entries.sort((a, b) => (a.time < b.time ? -1 : 1))
      },
    }),
  },

  'writes log entries one by one, until one is refused': {
    breaks: 'logs: a malformed log entry is refused as invalid_record, with all that came with it',
    over: (store) => ({
      async writeLogEntries(id, entries, options) {
        if (entries.length < 2) return await store.writeLogEntries(id, entries, options)
        for (const entry of entries) await store.writeLogEntries(id, [entry], options)
      },
    }),
  },

  'cuts what is too large in a log entry': {
    breaks: 'logs: a log entry of 64 KiB is taken, one byte more is refused as too_large',
    over: (store) => ({
      writeLogEntries: (id, entries, options) =>
        store.writeLogEntries(
          id,
          entries.map((entry) => ({ ...entry, message: String(entry.message).slice(0, 60_000) })),
          options,
        ),
    }),
  },

  'writes as many log entries at once as it is given': {
    breaks: 'logs: a call takes 1,000 log entries or 1 MiB of them, and not more',
    over: (store) => ({
      async writeLogEntries(id, entries, options) {
        for (let at = 0; at < entries.length || at === 0; at += 100) {
          await store.writeLogEntries(id, entries.slice(at, at + 100), options)
        }
      },
    }),
  },

  'reads a log entry when the caller has gone on': {
    breaks: 'logs: a handle keeps no hold of the entries that it was handed, nor of those that it gave',
    over: (store) => ({
      async writeLogEntries(id, entries, options) {
        await nextTurn()
        await store.writeLogEntries(id, entries, options)
      },
    }),
  },

  'takes no log entries of runs that have ended': {
    breaks: 'logs: a log entry needs no claim, is taken in whatever status, and leaves the record as it is',
    over: (store) => ({
      async writeLogEntries(id, entries, options) {
        const run = await store.getWorkflowRun(id, options)
        if (run && hasEnded(run.status)) throw new InvalidTransitionError('the run has ended')
        await store.writeLogEntries(id, entries, options)
      },
    }),
  },

  'counts a log entry as a change of the run': {
    breaks: 'logs: a log entry is in nobody’s way: whoever knows the events goes on with them',
    over: (store) => ({
      async writeLogEntries(id, entries, options) {
        const run = await store.getWorkflowRun(id, options)
        if (run?.claim) await store.sendSignal(id, { id: `${Math.random()}`, kind: 'cancel' }, options)
        await store.writeLogEntries(id, entries, options)
      },
    }),
  },

  'finds one level, and not those that matter more': {
    breaks: 'logs: log entries are found by a level and those that matter more',
    over: (store) => ({
      async listLogEntries(id, { level, ...query }, options) {
        const entries = await store.listLogEntries(id, query, options)
        return entries.filter((entry) => level === undefined || entry.level === level)
      },
    }),
  },

  'finds nodes by the beginning of their paths': {
    breaks: 'logs: log entries are found by their node, with all that ran inside it, and by attempt',
    over: (store) => ({
      async listLogEntries(id, { nodeId = '', ...query }, options) {
        const entries = await store.listLogEntries(id, query, options)
        return entries.filter((entry) => (entry.nodeId ?? '').startsWith(nodeId))
      },
    }),
  },

  'filters log entries after it has cut the page': {
    breaks: 'logs: log entries are paged by the sequence they come after, with a filter too',
    over: (store) => ({
      async listLogEntries(id, { after, limit, ...filter }, options) {
        const entries = await store.listLogEntries(id, { ...(after && { after }), limit }, options)
        return entries.filter((entry) => matchesLogEntry(entry, filter))
      },
    }),
  },

  'keeps the log entries of a deleted run': {
    breaks: 'logs: log entries are gone with their run, and a run made anew begins without any',
    over: (store) => {
      const kept = new Map<string, StoredLogEntry[]>()
      return {
        async writeLogEntries(id, entries, options) {
          await store.writeLogEntries(id, entries, options)
          kept.set(id, await store.listLogEntries(id, all, options))
        },
        async listLogEntries(id, query, options) {
          await store.listLogEntries(id, query, options)
          return kept.get(id) ?? []
        },
      }
    },
  },

  'drops log entries of a run that is not there': {
    breaks: 'logs: log entries of a run that is not there are refused as not_found',
    over: (store) => ({
      async writeLogEntries(id, entries, options) {
        if (await store.getWorkflowRun(id, options)) await store.writeLogEntries(id, entries, options)
      },
    }),
  },

  'shows the log entries of all runs to each': {
    breaks: 'logs: log entries of one run are none of another',
    over: (store) => {
      const runs = new Set<string>()
      return {
        async writeLogEntries(id, entries, options) {
          runs.add(id)
          await store.writeLogEntries(id, entries, options)
        },
        async listLogEntries(_, query, options) {
          const found = await Promise.all([...runs].map((id) => store.listLogEntries(id, query, options)))
          return found.flat()
        },
      }
    },
  },

  'loses the log entries of all but one of those who write at once': {
    breaks: 'logs: of calls that overlap each has its entries in order, and none is lost',
    over: (store) => ({
      async writeLogEntries(id, entries, options) {
        const before = await store.listLogEntries(id, all, options)
        await nextTurn()
        const now = await store.listLogEntries(id, all, options)
        if (now.length === before.length) await store.writeLogEntries(id, entries, options)
      },
    }),
  },

  'numbers log entries before it stores them': {
    breaks: 'logs: no log entry appears behind one that was given out',
    over: (store) => {
      const numbers = new Map<string, number>()
      const nameOf = ({ message, data = null }: NewLogEntry) => `${message} ${JSON.stringify(data)}`
      return {
        async writeLogEntries(id, entries, options) {
          for (const entry of entries) numbers.set(nameOf(entry), numbers.size + 1)
          // Every other one is stored late.
          if (numbers.size % 2 === 1) for (let turn = 0; turn < 5; turn++) await nextTurn()
          await store.writeLogEntries(id, entries, options)
        },
        async listLogEntries(id, { after = 0, limit, ...filter }, options) {
          const entries = await store.listLogEntries(id, { ...filter, ...all }, options)
          return entries
            .map((entry) => ({ ...entry, sequence: numbers.get(nameOf(entry)) ?? entry.sequence }))
            .filter(({ sequence }) => sequence > after)
            .sort((a, b) => a.sequence - b.sequence)
            .slice(0, limit)
        },
      }
    },
  },
}

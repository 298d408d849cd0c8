import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Appended, ConflictError, isStoreError } from '@ion/store'
import type { Faults } from './fault.ts'

/** By run the event that is not written yet, for every handle. */
const unfinished = new Map<string, number>()

/** The fence, batches and commit ids. */
export const appendFaults: Faults = {
  'takes appends of writers who are behind': {
    breaks: 'events: a writer that does not know the last sequence is refused as conflict',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const run = await store.getWorkflowRun(id, options)
        return await store.appendEvents(id, { ...append, expectedSequence: run?.lastSequence ?? 0 }, options)
      },
    }),
  },

  'looks at the sequence only of appends that have events': {
    breaks: 'events: a writer that does not know the last sequence is refused as conflict',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const { lastSequence = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        const known = append.events.length === 0 ? lastSequence : append.expectedSequence
        return await store.appendEvents(id, { ...append, expectedSequence: known }, options)
      },
    }),
  },

  'checks the sequence before it writes, not as it writes': {
    breaks: 'concurrency: of appends that know the same sequence exactly one lands',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const before = await store.getWorkflowRun(id, options)
        await nextTurn()
        const { lastSequence = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        const passes = before?.lastSequence === append.expectedSequence
        return await store.appendEvents(id, passes ? { ...append, expectedSequence: lastSequence } : append)
      },
    }),
  },

  'writes the first half of a batch on its own': {
    breaks: 'events: a batch whose last event is not possible lands not at all',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const half = Math.floor(append.events.length / 2)
        if (half === 0) return await store.appendEvents(id, append, options)
        const { blobs, run, release, ...first } = append
        await store.appendEvents(id, { ...first, events: append.events.slice(0, half) }, options)
        const expectedSequence = append.expectedSequence + half
        const rest = { ...append, commitId: `${append.commitId}'`, expectedSequence }
        return await store.appendEvents(id, { ...rest, events: append.events.slice(half) }, options)
      },
    }),
  },

  'shows a batch while it is being written': {
    breaks: 'concurrency: who reads while others write sees whole batches and no gaps',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const landed = await store.appendEvents(id, append, options)
        if (append.events.length < 2) return landed
        unfinished.set(id, landed.lastSequence)
        for (let turn = 0; turn < 3; turn++) await nextTurn()
        unfinished.delete(id)
        return landed
      },
      async getWorkflowEvents(id, page, options) {
        const events = await store.getWorkflowEvents(id, page, options)
        return events.filter(({ sequence }) => sequence !== unfinished.get(id))
      },
    }),
  },

  'forgets commit ids': {
    breaks: 'commits: the same append again gives the first result and has no second effect',
    over: (store) => ({
      appendEvents: (id, append, options) =>
        store.appendEvents(id, { ...append, commitId: randomUUID() }, options),
    }),
  },

  'forgets commit ids once another append has landed': {
    breaks: 'commits: the same append again gives the first result after others have landed',
    over: (store) => {
      let last = ''
      return {
        async appendEvents(id, append, options) {
          if (append.commitId === last) return await store.appendEvents(id, append, options)
          const { lastSequence = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
          const behind = append.expectedSequence < lastSequence
          const commitId = behind ? randomUUID() : append.commitId
          const landed = await store.appendEvents(id, { ...append, commitId }, options)
          last = append.commitId
          return landed
        },
      }
    },
  },

  'gives a repeated append what the log has come to since': {
    breaks: 'commits: the same append again gives the first result after others have landed',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const landed = await store.appendEvents(id, append, options)
        const { lastSequence = 0, lastSignal = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        return { ...landed, lastSequence, lastSignal }
      },
    }),
  },

  'takes a commit id again with other content': {
    breaks: 'commits: the same commit id with other content is refused as conflict',
    over: (store) => {
      const results = new Map<string, Appended>()
      return {
        async appendEvents(id, append, options) {
          const first = results.get(append.commitId)
          if (first) return first
          const result = await store.appendEvents(id, append, options)
          results.set(append.commitId, result)
          return result
        },
      }
    },
  },

  'compares the events of a repeated append, but not its blobs': {
    breaks: 'commits: the same commit id with other content is refused as conflict',
    over: (store) => {
      const first = new Map<string, Parameters<typeof store.appendEvents>[1]>()
      return {
        async appendEvents(id, append, options) {
          const { blobs } = first.get(append.commitId) ?? append
          const landed = await store.appendEvents(id, { ...append, ...(blobs ? { blobs } : {}) }, options)
          if (!first.has(append.commitId)) first.set(append.commitId, append)
          return landed
        },
      }
    },
  },

  'uses up the commit id of an append that it refuses': {
    breaks: 'commits: an append that was refused has not used up its commit id',
    over: (store) => {
      const refused = new Set<string>()
      return {
        async appendEvents(id, append, options) {
          if (refused.has(append.commitId)) throw new ConflictError('that commit was refused')
          try {
            return await store.appendEvents(id, append, options)
          } catch (error) {
            refused.add(append.commitId)
            throw error
          }
        },
      }
    },
  },

  'looks at the claim before it looks at the commit id': {
    breaks: 'commits: an append can be repeated after its claim was given back and taken by another',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const { claim, ...rest } = append
        const run = await store.getWorkflowRun(id, options)
        const current = run?.claim?.number === claim?.number
        return await store.appendEvents(id, current ? append : { ...rest, commitId: randomUUID() }, options)
      },
    }),
  },

  'grants a claim that is repeated anew': {
    breaks: 'commits: a claim again gives the first grant while it lasts, renewed or not',
    over: (store) => ({
      claimWorkflowRun: (id, owner, ttlMs, append, options) =>
        store.claimWorkflowRun(id, owner, ttlMs, { ...append, commitId: randomUUID() }, options),
    }),
  },

  'gives the release of a claim to whoever holds the run when it is repeated': {
    breaks: 'commits: a release again gives the first result, and takes no claim from anybody else',
    over: (store) => {
      const held = new Map<string, Parameters<typeof store.appendEvents>[1]['claim']>()
      return {
        async claimWorkflowRun(id, owner, ttlMs, append, options) {
          const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
          if (granted) held.set(id, granted.claim)
          return granted
        },
        async appendEvents(id, append, options) {
          const landed = await store.appendEvents(id, append, options)
          const run = await store.getWorkflowRun(id, options)
          const claim = held.get(id)
          if (!append.release || !run?.claim || !claim) return landed
          const again = { commitId: randomUUID(), events: [], claim, release: true }
          const { lastSequence, lastSignal } = run
          await store.appendEvents(id, {
            ...again,
            expectedSequence: lastSequence,
            expectedSignal: lastSignal,
          })
          return landed
        },
      }
    },
  },

  'ends a run in its record, and writes the event after': {
    breaks: 'transitions: a run that is not running takes no node event',
    over: (store) => ({
      async appendEvents(id, append, options) {
        try {
          return await store.appendEvents(id, append, options)
        } catch (error) {
          const run = await store.getWorkflowRun(id, options)
          if (!isStoreError(error, 'invalid_transition') || run?.status !== 'completed') throw error
          return { lastSequence: run.lastSequence, lastSignal: run.lastSignal, timestamp: run.updatedAt }
        }
      },
    }),
  },
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  AlreadyExistsError,
  type Claim,
  ConflictError,
  isStoreError,
  LeaseLostError,
  NotFoundError,
  type RunSummary,
  type WorkflowEvent,
  type WorkflowRun,
} from '@ion/store'
import type { Faults } from './fault.ts'

const gone = 'deletion: a deleted run is gone, with its events, signals, blobs and place in the list'
const anew = 'deletion: a run made anew under a deleted id has nothing of the old one'

/** Taking runs away. */
export const deletionFaults: Faults = {
  'deletes runs that somebody holds': {
    breaks: 'deletion: a run that somebody alive holds is not deleted',
    over: (store) => {
      const claims = new Map<string, Claim>()
      return {
        async claimWorkflowRun(id, owner, ttlMs, append, options) {
          const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
          if (granted) claims.set(id, granted.claim)
          return granted
        },
        async deleteWorkflowRun(id, options) {
          const run = await store.getWorkflowRun(id, options)
          const claim = claims.get(id)
          if (run?.claim?.state === 'live' && claim) {
            const release = { claim, release: true, events: [], commitId: 'deletion' }
            const known = { expectedSequence: run.lastSequence, expectedSignal: run.lastSignal }
            await store.appendEvents(id, { ...release, ...known }, options)
          }
          await store.deleteWorkflowRun(id, options)
        },
      }
    },
  },

  'never deletes a run that was claimed': {
    breaks: 'deletion: a run whose holder has outlived its lease can be deleted',
    over: (store) => ({
      async deleteWorkflowRun(id, options) {
        const run = await store.getWorkflowRun(id, options)
        if (run?.claim) throw new LeaseLostError('the run was claimed')
        await store.deleteWorkflowRun(id, options)
      },
    }),
  },

  'deletes a run wherever its log ends': {
    breaks: 'deletion: a run is deleted only where its log ends as expected, if anything is',
    over: (store) => ({
      deleteWorkflowRun: (id, { expectedSequence: _, ...options } = {}) =>
        store.deleteWorkflowRun(id, options),
    }),
  },

  'looks where the log of a run ends before it deletes it': {
    breaks: 'deletion: of an append and a deletion that expects the end before it one lands',
    over: (store) => ({
      async deleteWorkflowRun(id, { expectedSequence, ...options } = {}) {
        const run = await store.getWorkflowRun(id, options)
        if (run && expectedSequence !== undefined && run.lastSequence !== expectedSequence)
          throw new ConflictError('the log ends elsewhere')
        await nextTurn()
        await store.deleteWorkflowRun(id, options)
      },
      async appendEvents(id, append, options) {
        const run = await store.getWorkflowRun(id, options)
        if (run && append.expectedSequence === 1) await nextTurn()
        return await store.appendEvents(id, append, options)
      },
    }),
  },

  'minds where the log of a run ends that somebody holds': {
    breaks: 'deletion: who expects the end of a run that is held is told that it is held',
    over: (store) => ({
      async deleteWorkflowRun(id, options) {
        const run = await store.getWorkflowRun(id)
        if (run?.claim && run.lastSequence !== (options?.expectedSequence ?? run.lastSequence))
          throw new ConflictError('the log ends elsewhere')
        await store.deleteWorkflowRun(id, options)
      },
    }),
  },

  'refuses to delete what is not there': {
    breaks: 'deletion: deleting what is not there does nothing',
    over: (store) => ({
      async deleteWorkflowRun(id, options) {
        if (!(await store.getWorkflowRun(id, options))) throw new NotFoundError(`there is no run ${id}`)
        await store.deleteWorkflowRun(id, options)
      },
    }),
  },

  'keeps deleted runs in the list': {
    breaks: gone,
    over: (store) => {
      const deleted: RunSummary[] = []
      return {
        async deleteWorkflowRun(id, options) {
          const run = await store.getWorkflowRun(id, options)
          await store.deleteWorkflowRun(id, options)
          if (run) deleted.push(run)
        },
        async listWorkflowRuns(filter, page, options) {
          const found = await store.listWorkflowRuns(filter, page, options)
          return { ...found, items: [...found.items, ...deleted] }
        },
      }
    },
  },

  'keeps the events of deleted runs': {
    breaks: gone,
    over: (store) => {
      const left = new Map<string, WorkflowEvent[]>()
      return {
        async deleteWorkflowRun(id, options) {
          if (await store.getWorkflowRun(id, options))
            left.set(id, await store.getWorkflowEvents(id, { limit: 100 }))
          await store.deleteWorkflowRun(id, options)
        },
        getWorkflowEvents: async (id, page, options) =>
          left.get(id) ?? (await store.getWorkflowEvents(id, page, options)),
      }
    },
  },

  'keeps the blobs of deleted runs': {
    breaks: gone,
    over: (store) => {
      const left = new Map<string, Uint8Array>()
      return {
        async appendEvents(id, append, options) {
          const landed = await store.appendEvents(id, append, options)
          for (const { ref, bytes } of append.blobs ?? []) left.set(`${id} ${ref}`, bytes)
          return landed
        },
        readBlob: async (id, ref, options) =>
          left.get(`${id} ${ref}`) ?? (await store.readBlob(id, ref, options)),
      }
    },
  },

  'hides a deleted run, and does not delete it': {
    breaks: anew,
    over: (store) => {
      const hidden = new Set<string>()
      return {
        async deleteWorkflowRun(id) {
          hidden.add(id)
        },
        async createWorkflowRun(run, options) {
          hidden.delete(run.id)
          return await store.createWorkflowRun({ ...run, userMessage: '' }, options)
        },
        getWorkflowRun: async (id, options) =>
          hidden.has(id) ? null : await store.getWorkflowRun(id, options),
      }
    },
  },

  'remembers the commits of deleted runs': {
    breaks: anew,
    over: (store) => {
      const results = new Map<string, Awaited<ReturnType<typeof store.appendEvents>>>()
      return {
        async appendEvents(id, append, options) {
          const key = `${id} ${append.commitId}`
          const result = results.get(key) ?? (await store.appendEvents(id, append, options))
          results.set(key, result)
          return result
        },
      }
    },
  },

  'remembers the signals of deleted runs': {
    breaks: anew,
    over: (store) => {
      const sent = new Map<string, Awaited<ReturnType<typeof store.sendSignal>>>()
      return {
        async sendSignal(id, signal, options) {
          const key = `${id} ${signal.id}`
          const first = sent.get(key) ?? (await store.sendSignal(id, signal, options))
          sent.set(key, first)
          return { ...first, sequence: first.by === signal.by ? first.sequence : first.sequence + 1 }
        },
      }
    },
  },

  'keeps the idempotency keys of deleted runs': {
    breaks: 'deletion: the idempotency key of a deleted run is free',
    over: (store) => {
      const keys = new Map<string, string>()
      return {
        async createWorkflowRun(run, options) {
          const taken = run.idempotencyKey ? keys.get(run.idempotencyKey) : undefined
          if (taken !== undefined && taken !== run.id) throw new AlreadyExistsError('the key is taken')
          if (run.idempotencyKey) keys.set(run.idempotencyKey, run.id)
          return await store.createWorkflowRun(run, options)
        },
      }
    },
  },

  'brings a deleted run back with a late change': {
    breaks: 'deletion: whatever comes late to a deleted run is refused as not_found',
    over: (store) => {
      const known = new Map<string, WorkflowRun>()
      return {
        async getWorkflowEvents(id, page, options) {
          const run = await store.getWorkflowRun(id, options)
          if (run) known.set(id, run)
          return await store.getWorkflowEvents(id, page, options)
        },
        async appendEvents(id, append, options) {
          try {
            return await store.appendEvents(id, append, options)
          } catch (error) {
            const run = known.get(id)
            if (!isStoreError(error, 'not_found') || !run) throw error
            const { workflowName, definition } = run
            await store.createWorkflowRun({ id, workflowName, definition }, options)
            return { lastSequence: run.lastSequence, lastSignal: 0, timestamp: run.updatedAt }
          }
        },
      }
    },
  },

  'takes the claim of a deleted run for one on the run made anew': {
    breaks: 'deletion: the claim of a deleted run is worth nothing to the run made anew under its id',
    over: (store) => {
      const claims = new Map<string, Claim>()
      return {
        async claimWorkflowRun(id, owner, ttlMs, append, options) {
          const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
          if (granted) claims.set(`${id} ${granted.claim.number}`, granted.claim)
          return granted
        },
        async appendEvents(id, append, options) {
          const current = append.claim && claims.get(`${id} ${append.claim.number}`)
          return await store.appendEvents(id, current ? { ...append, claim: current } : append, options)
        },
      }
    },
  },

  'does not see that another handle has deleted a run': {
    breaks: 'deletion: a run that another handle has deleted, or made anew, is so for every handle',
    over: (store) => {
      const seen = new Map<string, WorkflowRun>()
      return {
        async createWorkflowRun(run, options) {
          const created = await store.createWorkflowRun(run, options)
          seen.set(run.id, created)
          return created
        },
        async getWorkflowRun(id, options) {
          const run = (await store.getWorkflowRun(id, options)) ?? seen.get(id) ?? null
          if (run) seen.set(id, run)
          return run
        },
        async deleteWorkflowRun(id, options) {
          seen.delete(id)
          await store.deleteWorkflowRun(id, options)
        },
      }
    },
  },
}

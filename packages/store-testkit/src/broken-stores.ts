import { randomUUID } from 'node:crypto'
import { type Claim, compareRuns, composeStore, isStoreError, type StorePrimitives } from '@ion/store'
import { type MemoryData, MemoryStore } from './memory-store.ts'

/** What a store can do wrong, over the primitives of a right one. */
type Fault = (store: StorePrimitives) => Partial<StorePrimitives>

/** Faults that a conformance suite must find: each is a mistake that a store's author can really make. */
export const faults = {
  'takes appends of writers who are behind': (store) => ({
    async appendEvents(id, append, options) {
      const run = await store.getWorkflowRun(id, options)
      return await store.appendEvents(id, { ...append, expectedSequence: run?.lastSequence ?? 0 }, options)
    },
  }),

  'takes appends without the claim of a live holder': (store) => {
    const claims = new Map<string, Claim>()
    return {
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
        if (granted) claims.set(id, granted.claim)
        return granted
      },
      async appendEvents(id, { claim, ...append }, options) {
        const held = claims.get(id)
        return await store.appendEvents(id, held ? { ...append, claim: held } : append, options)
      },
    }
  },

  'leaves a gap between sequences': (store) => ({
    async getWorkflowEvents(id, page, options) {
      const events = await store.getWorkflowEvents(id, page, options)
      return events.map((event) => ({ ...event, sequence: event.sequence + (event.sequence > 2 ? 1 : 0) }))
    },
  }),

  'forgets commit ids': (store) => ({
    appendEvents: (id, append, options) =>
      store.appendEvents(id, { ...append, commitId: randomUUID() }, options),
  }),

  'forgets commit ids once another append has landed': (store) => {
    let last = ''
    return {
      async appendEvents(id, append, options) {
        if (append.commitId === last) return await store.appendEvents(id, append, options)
        const { lastSequence = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        const known = append.expectedSequence < lastSequence
        const landed = await store.appendEvents(
          id,
          known ? { ...append, commitId: randomUUID() } : append,
          options,
        )
        last = append.commitId
        return landed
      },
    }
  },

  'takes a commit id again with other content': (store) => {
    const results = new Map<string, Awaited<ReturnType<StorePrimitives['appendEvents']>>>()
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

  'gives out what it keeps': (store) => {
    const given = new Map<string, Awaited<ReturnType<StorePrimitives['getWorkflowRun']>>>()
    return {
      async getWorkflowRun(id, options) {
        const fresh = await store.getWorkflowRun(id, options)
        const version = `${id} ${fresh?.lastSequence} ${fresh?.lastSignal}`
        if (!given.has(version)) given.set(version, fresh)
        return given.get(version) ?? null
      },
    }
  },

  'lists runs oldest first': (store) => ({
    async listWorkflowRuns(filter, page, options) {
      const found = await store.listWorkflowRuns(filter, page, options)
      return { ...found, items: found.items.sort((a, b) => compareRuns(b, a)) }
    },
  }),

  'lists runs by offset': (store) => ({
    async listWorkflowRuns(filter, { limit, cursor }, options) {
      const from = cursor === undefined ? 0 : Number(cursor)
      const { items } = await store.listWorkflowRuns(filter, { limit: 1_000 }, options)
      const more = items.length > from + limit
      return { items: items.slice(from, from + limit), next: more ? String(from + limit) : null }
    },
  }),

  'drops a signal that comes while the run is held': (store) => ({
    async sendSignal(id, signal, options) {
      const run = await store.getWorkflowRun(id, options)
      const sent = { ...signal, runId: id, sequence: 1, sentAt: run?.updatedAt ?? '', atEvent: 0 }
      return run?.claim?.state === 'live' ? sent : await store.sendSignal(id, signal, options)
    },
  }),

  'ends runs past signals that their writer has not seen': (store) => ({
    async appendEvents(id, append, options) {
      const { lastSignal = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
      return await store.appendEvents(id, { ...append, expectedSignal: lastSignal }, options)
    },
  }),

  'grants a run that is held': (store) => {
    const claims = new Map<string, Claim>()
    return {
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        const claim = claims.get(id)
        if (claim) {
          const { lastSequence = 0, lastSignal = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
          const release = { claim, release: true, expectedSequence: lastSequence, expectedSignal: lastSignal }
          await store.appendEvents(id, { commitId: randomUUID(), events: [], ...release }, options)
        }
        const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
        if (granted) claims.set(id, granted.claim)
        return granted
      },
    }
  },

  'takes a claim past its lease while nobody has taken over': (store) => ({
    async appendEvents(id, append, options) {
      try {
        return await store.appendEvents(id, append, options)
      } catch (error) {
        const run = await store.getWorkflowRun(id, options)
        if (!isStoreError(error, 'lease_lost') || run?.claim?.state !== 'expired') throw error
        const { claim, ...rest } = append
        return await store.appendEvents(id, rest, options)
      }
    },
  }),

  'writes the first half of a batch on its own': (store) => ({
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

  'leaves the blobs of an append that it refused': (store) => {
    const left = new Map<string, Uint8Array>()
    return {
      appendEvents(id, append, options) {
        for (const { ref, bytes } of append.blobs ?? []) left.set(`${id} ${ref}`, bytes)
        return store.appendEvents(id, append, options)
      },
      async readBlob(id, ref, options) {
        return left.get(`${id} ${ref}`) ?? (await store.readBlob(id, ref, options))
      },
    }
  },

  'replaces characters that UTF-8 has not': (store) => ({
    async getWorkflowEvents(id, page, options) {
      const events = await store.getWorkflowEvents(id, page, options)
      return JSON.parse(JSON.stringify(events).replace(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd'))
    },
  }),

  'loses metadata under __proto__': (store) => ({
    async getWorkflowRun(id, options) {
      const run = await store.getWorkflowRun(id, options)
      if (!run) return run
      const metadata: typeof run.metadata = {}
      for (const [key, value] of Object.entries(run.metadata)) metadata[key] = value
      return { ...run, metadata }
    },
  }),
} as const satisfies { [what: string]: Fault }

/** Names of the faults. */
export type FaultName = keyof typeof faults

const named = new Map<string, MemoryData>()

/** Opens a memory store with one of the faults: `memory:name`, the fault in the options. */
export async function openStore(url: string, { fault }: { fault: FaultName }) {
  const data = named.get(url) ?? { runs: new Map(), keys: new Map() }
  named.set(url, data)
  const store = new MemoryStore({ data })
  const primitives: StorePrimitives = {
    abilities: store.abilities,
    createWorkflowRun: (...args) => store.createWorkflowRun(...args),
    getWorkflowRun: (...args) => store.getWorkflowRun(...args),
    updateRunFields: (...args) => store.updateRunFields(...args),
    listWorkflowRuns: (...args) => store.listWorkflowRuns(...args),
    deleteWorkflowRun: (...args) => store.deleteWorkflowRun(...args),
    appendEvents: (...args) => store.appendEvents(...args),
    getWorkflowEvents: (...args) => store.getWorkflowEvents(...args),
    readBlob: (...args) => store.readBlob(...args),
    claimWorkflowRun: (...args) => store.claimWorkflowRun(...args),
    renewClaim: (...args) => store.renewClaim(...args),
    sendSignal: (...args) => store.sendSignal(...args),
    getSignals: (...args) => store.getSignals(...args),
    close: () => store.close(),
  }
  const faulty: Fault = faults[fault]
  return composeStore({ ...primitives, ...faulty(store) })
}

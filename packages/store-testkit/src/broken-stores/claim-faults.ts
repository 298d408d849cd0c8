import { randomUUID } from 'node:crypto'
import {
  type Append,
  type Claim,
  currentOwner,
  isStoreError,
  LeaseLostError,
  type StorePrimitives,
} from '@ion/store'
import type { Faults } from './fault.ts'

/** Remembers what a store has granted last, and hands it to what is to be done wrong. */
function knowingGrants(
  wrong: (store: StorePrimitives, grants: Map<string, Claim>) => Partial<StorePrimitives>,
) {
  return (store: StorePrimitives): Partial<StorePrimitives> => {
    const grants = new Map<string, Claim>()
    return {
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
        if (granted) grants.set(id, granted.claim)
        return granted
      },
      ...wrong(store, grants),
    }
  }
}

/** The append that gives a claim back, whatever has come meanwhile. */
async function releaseOf(store: StorePrimitives, id: string, claim: Claim): Promise<Append> {
  const { lastSequence = 0, lastSignal = 0 } = (await store.getWorkflowRun(id)) ?? {}
  const release = { claim, release: true, expectedSequence: lastSequence, expectedSignal: lastSignal }
  return { commitId: randomUUID(), events: [], ...release }
}

const onlyOneHolder =
  'claims: a run that somebody alive holds is granted to nobody, and the append has no effect'
const worthless = 'claims: a claim past its lease passes no more, even when nobody has taken over'

/** Who holds a run, and for how long. */
export const claimFaults: Faults = {
  'takes appends without the claim of a live holder': {
    breaks: 'claims: a run that is held takes appends with its claim and no others',
    over: knowingGrants((store, grants) => ({
      async appendEvents(id, { claim: _, ...append }, options) {
        const held = grants.get(id)
        return await store.appendEvents(id, held ? { ...append, claim: held } : append, options)
      },
    })),
  },

  'takes any token while the run is held': {
    breaks: 'claims: a run that is held takes appends with its claim and no others',
    over: knowingGrants((store, grants) => ({
      async appendEvents(id, append, options) {
        const held = grants.get(id)
        return await store.appendEvents(
          id,
          append.claim && held ? { ...append, claim: held } : append,
          options,
        )
      },
    })),
  },

  'grants a run that is held': {
    breaks: onlyOneHolder,
    over: (store) => {
      const claims = new Map<string, Claim>()
      return {
        async claimWorkflowRun(id, owner, ttlMs, append, options) {
          const claim = claims.get(id)
          if (claim) await store.appendEvents(id, await releaseOf(store, id, claim), options)
          const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
          if (granted) claims.set(id, granted.claim)
          return granted
        },
      }
    },
  },

  'grants a run again to the owner that holds it': {
    breaks: onlyOneHolder,
    over: (store) => {
      const held = new Map<string, Claim>()
      return {
        async claimWorkflowRun(id, owner, ttlMs, append, options) {
          const claim = held.get(`${id} ${owner.id}`)
          if (claim) await store.appendEvents(id, await releaseOf(store, id, claim), options)
          const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
          if (granted) held.set(`${id} ${owner.id}`, granted.claim)
          return granted
        },
      }
    },
  },

  'writes the append of a claim that it does not grant': {
    breaks: onlyOneHolder,
    over: knowingGrants((store, grants) => ({
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
        const holder = grants.get(id)
        if (granted) grants.set(id, granted.claim)
        else if (holder) await store.appendEvents(id, { ...append, claim: holder }, options)
        return granted
      },
    })),
  },

  'grants a claim and forgets its append': {
    breaks: 'claims: a claim is granted together with its append',
    over: (store) => ({
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        const events = append.events.slice(0, 1)
        return await store.claimWorkflowRun(id, owner, ttlMs, { ...append, events }, options)
      },
    }),
  },

  'grants a claim whose append it refuses': {
    breaks: 'claims: a claim whose append is refused is not granted',
    over: (store) => ({
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        const { lastSequence = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        const start = { ...append, expectedSequence: lastSequence }
        const granted = await store.claimWorkflowRun(id, owner, ttlMs, start, options)
        if (append.expectedSequence !== lastSequence) throw new LeaseLostError('it was behind')
        return granted
      },
    }),
  },

  'takes a claim past its lease while nobody has taken over': {
    breaks: worthless,
    over: (store) => ({
      async appendEvents(id, append, options) {
        try {
          return await store.appendEvents(id, append, options)
        } catch (error) {
          const run = await store.getWorkflowRun(id, options)
          if (!isStoreError(error, 'lease_lost') || run?.claim?.state !== 'expired') throw error
          const { claim: _, ...rest } = append
          return await store.appendEvents(id, rest, options)
        }
      },
    }),
  },

  'renews a claim that has expired': {
    breaks: worthless,
    over: (store) => ({
      async renewClaim(id, claim, ttlMs, options) {
        try {
          return await store.renewClaim(id, claim, ttlMs, options)
        } catch (error) {
          const run = await store.getWorkflowRun(id, options)
          if (!isStoreError(error, 'lease_lost') || run?.claim?.state !== 'expired') throw error
          return { ...claim, expiresAt: new Date(Date.now() + ttlMs).toISOString() }
        }
      },
    }),
  },

  'believes the expiry that a claim says of itself': {
    breaks: worthless,
    over: (store) => ({
      async appendEvents(id, append, options) {
        const { claim, ...rest } = append
        const run = await store.getWorkflowRun(id, options)
        const believed = claim && run?.claim?.state === 'expired' && claim.expiresAt > run.updatedAt
        return await store.appendEvents(id, believed ? rest : append, options)
      },
    }),
  },

  'never makes a lease shorter': {
    breaks: 'claims: a renewal moves the end of the lease, later or sooner, and nothing else',
    over: (store) => ({
      async renewClaim(id, claim, ttlMs, options) {
        const run = await store.getWorkflowRun(id, options)
        const left = Date.parse(run?.claim?.expiresAt ?? '') - Date.now()
        return await store.renewClaim(id, claim, Math.max(ttlMs, left), options)
      },
    }),
  },

  'gives every grant the first number': {
    breaks: 'claims: each grant has the next number and a token of its own',
    over: (store) => ({
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        const granted = await store.claimWorkflowRun(id, owner, ttlMs, append, options)
        return granted && { ...granted, claim: { ...granted.claim, number: 1 } }
      },
    }),
  },

  'keeps the claim that is given back': {
    breaks: 'claims: a released run is free, and its last claim ends',
    over: (store) => ({
      appendEvents: (id, { release: _, ...append }, options) => store.appendEvents(id, append, options),
    }),
  },

  'shows the token of a claim to everybody': {
    breaks: 'claims: a token is seen by nobody but the holder',
    over: knowingGrants((store, grants) => ({
      async getWorkflowRun(id, options) {
        const run = await store.getWorkflowRun(id, options)
        return run?.claim ? { ...run, claim: { ...run.claim, ...grants.get(id) } } : run
      },
    })),
  },

  'waits for the lease of an owner that is dead': {
    breaks: 'claims: a run whose owner is dead is granted at once, before its lease has ended',
    over: (store) => ({
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        const run = await store.getWorkflowRun(id, options)
        if (run?.claim?.state === 'dead') return null
        return await store.claimWorkflowRun(id, owner, ttlMs, append, options)
      },
    }),
  },

  'takes owners of other hosts for dead': {
    breaks: 'claims: an owner that cannot be judged from here holds its run until its lease ends',
    over: (store) => ({
      async claimWorkflowRun(id, owner, ttlMs, append, options) {
        // As if it were of a process on this host that has ended.
        const here = currentOwner()
        const judged = owner.host === here.host ? owner : { ...here, id: owner.id, pid: 2 ** 30 }
        return await store.claimWorkflowRun(id, judged, ttlMs, append, options)
      },
    }),
  },
}

import assert from 'node:assert/strict'
import { type Claim, type ClaimAppend, currentOwner, type IWorkflowStore, type Owner } from '@ion/store'
import { claimBatch, claimedRun, deadOwner, granted, longTtl, newRun, theRun } from '../sample-runs.ts'
import { wholeLog } from './append-lanes.ts'
import { laneOf } from './lane.ts'

interface ClaimArgs {
  id: string
  owner: Owner
  append: ClaimAppend
}

/** Whether a claim is granted, which must have come with its append. */
async function claimLanded(store: IWorkflowStore, { id, owner, append }: ClaimArgs): Promise<boolean> {
  const log = await wholeLog(store, id)
  const { claim, lastSequence } = await theRun(store, id)
  const isGranted = claim?.owner.id === owner.id
  const before = append.expectedSequence
  assert.deepEqual(
    [lastSequence, claim?.number ?? 0, log.filter(({ commitId }) => commitId === append.commitId).length],
    isGranted ? [before + 1, before + 1, 1] : [before, before, 0],
    'a claim without its append, an append without its claim, or a claim granted twice',
  )
  return isGranted
}

const makeClaim = (store: IWorkflowStore, { id, owner, append }: ClaimArgs) =>
  store.claimWorkflowRun(id, owner, longTtl, append)

interface RenewArgs {
  id: string
  claim: Claim
  ttlMs: number
}

const hour = 3_600_000

/** Claims: granting, taking over, renewing. */
export const claimLanes = {
  claim: laneOf<Owner, ClaimArgs>({
    what: 'a claim',
    begin: async () => currentOwner(),
    async prepare(store, owner) {
      const { id } = await store.createWorkflowRun(newRun())
      return { id, owner, append: claimBatch(0) }
    },
    make: makeClaim,
    landed: claimLanded,
  }),

  takeover: laneOf<{ owner: Owner; dead: Owner }, ClaimArgs>({
    what: 'a claim on the run of a dead owner',
    begin: async () => ({ owner: currentOwner(), dead: deadOwner() }),
    async prepare(store, { owner, dead }) {
      const { id } = await store.createWorkflowRun(newRun())
      await granted(store.claimWorkflowRun(id, dead, longTtl, claimBatch(0)))
      return { id, owner, append: claimBatch(1) }
    },
    make: makeClaim,
    landed: claimLanded,
  }),

  renewal: laneOf<{ id: string; claim: Claim }, RenewArgs>({
    what: 'a renewal',
    supersedes: true,
    sameResult: false,
    begin: (store) => claimedRun(store),
    prepare: async (_, { id, claim }, n) => ({ id, claim, ttlMs: longTtl + n * hour }),
    make: (store, { id, claim, ttlMs }) => store.renewClaim(id, claim, ttlMs),
    async landed(store, { id, ttlMs }) {
      const run = await theRun(store, id)
      assert.deepEqual(
        [run.claim?.state, run.claim?.number, run.lastSequence],
        ['live', 1, 1],
        'a renewal changed more than the end of the lease',
      )
      // Each lasts an hour longer than the one before: half of that tells them apart.
      return Date.parse(run.claim?.expiresAt ?? '') - Date.now() > ttlMs - hour / 2
    },
  }),
}

import assert from 'node:assert/strict'
import { currentOwner } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { claimBatch, granted, longTtl, newRun, theRun } from '../sample-runs.ts'

/** Who may append: claims, leases, take-overs. */
export const claims = casesOf('claims', {
  'a claim is granted together with its append': async ({ store }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const { claim } = await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0)))
    const run = await theRun(store, id)
    assert.equal(run.status, 'running')
    assert.equal(run.claim?.number, claim.number)
  },
})

import { randomUUID } from 'node:crypto'
import {
  type CallOptions,
  type ClaimAppend,
  type Claimed,
  guardClaimAppend,
  LeaseLostError,
} from '@ion/store'
import { blobRefs } from './blobs.ts'
import type { Committing } from './commit.ts'
import {
  type Claiming,
  type FoundCommit,
  firstCommit,
  positionOf,
  resultOf,
  tooBusy,
  triesInARow,
  unitOf,
} from './commit-unit.ts'
import type { Leases } from './leases.ts'
import type { RunLog } from './run-log.ts'

/** Grants a log to an owner and appends, or gives `null` while somebody alive holds it. */
export async function claimLog(
  log: RunLog,
  append: ClaimAppend,
  { owner, ttlMs }: Claiming,
  { leases, blobs: store, clock }: Committing,
  { signal }: CallOptions = {},
): Promise<Claimed | null> {
  const blobs = blobRefs(append.blobs)
  return await log.turns.run(async () => {
    signal?.throwIfAborted()
    await log.refresh()
    for (let tries = 0; tries < triesInARow; tries++) {
      const now = clock()
      const at = now.toISOString()
      const { claim: held, state } = await leases.judge(log, at)
      const first = await firstCommit(log, append, blobs, { owner, ttlMs })
      if (first) return await grantAgain(log, first, { at, leases })
      if (held !== null && state === 'live') return null
      guardClaimAppend(log.state.head, append, at)
      const expiresAt = new Date(now.getTime() + ttlMs).toISOString()
      const claim = { token: randomUUID(), number: log.state.claims + 1, expiresAt }
      const unit = unitOf(log, { append, blobs, at, grant: { ...claim, owner, ttlMs } })
      await store.store(log.id, append.blobs)
      signal?.throwIfAborted()
      if (await log.write(unit)) return { ...positionOf(log), timestamp: at, claim }
    }
    throw tooBusy(log)
  })
}

async function grantAgain(
  log: RunLog,
  first: FoundCommit,
  { at, leases }: { at: string; leases: Leases },
): Promise<Claimed | null> {
  const { grant } = first.unit.batch
  const { claim: held, state } = await leases.judge(log, at)
  if (grant && held?.token === grant.token && held.expiresAt > at) {
    const { token, number } = grant
    return { ...resultOf(log, first), claim: { token, number, expiresAt: held.expiresAt } }
  }
  if (held !== null && state === 'live') return null
  throw new LeaseLostError('the claim that this commit was granted has ended')
}

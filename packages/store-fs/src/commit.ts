import { type Append, type Appended, type CallOptions, guardAppend, isStoreError } from '@ion/store'
import { type Blobs, blobRefs } from './blobs.ts'
import { firstCommit, positionOf, resultOf, tooBusy, triesInARow, unitOf } from './commit-unit.ts'
import type { Leases } from './leases.ts'
import type { RunLog } from './run-log.ts'

/** What appends need besides the log. */
export interface Committing {
  leases: Leases
  blobs: Blobs
  clock: () => Date
}

/** Appends to a log. The shape of the append has been checked. */
export async function appendToLog(
  log: RunLog,
  append: Append,
  tools: Committing,
  { signal }: CallOptions = {},
): Promise<Appended> {
  const blobs = blobRefs(append.blobs)
  return await log.turns.run(async () => {
    signal?.throwIfAborted()
    let fresh = !believesToHold(log, append, tools.clock())
    if (fresh) await log.refresh()
    for (let tries = 0; tries < triesInARow; tries++) {
      const first = await firstCommit(log, append, blobs, null)
      // A run may be deleted whose holder died, and what the holder had sent before still come again.
      if (first && !fresh) await log.refresh()
      if (first) return resultOf(log, first)
      const now = tools.clock().toISOString()
      try {
        await guard(log, append, now, tools.leases)
      } catch (error) {
        if (fresh || !isStoreError(error)) throw error
        await log.refresh()
        fresh = true
        continue
      }
      const unit = unitOf(log, { append, blobs, at: now })
      await tools.blobs.store(log.id, append.blobs)
      signal?.throwIfAborted()
      if (await log.write(unit)) return { ...positionOf(log), timestamp: now }
      fresh = true
    }
    throw tooBusy(log)
  })
}

/**
 * Whether the writer holds the log's claim as far as is known here: then the log is its own, and need not be looked
 * at before each write. If that is wrong, the write is void, and the look comes after it.
 */
function believesToHold(log: RunLog, append: Append, now: Date): boolean {
  const { claim } = log.state.head
  if (claim === null || append.claim?.token !== claim.token) return false
  const expiresAt = log.lease?.number === claim.number ? log.lease.expiresAt : claim.expiresAt
  return expiresAt > now.toISOString()
}

async function guard(log: RunLog, append: Append, now: string, leases: Leases): Promise<void> {
  const { head } = log.state
  if (believesToHold(log, append, new Date(now))) {
    // The token was compared already, and the expiry as well, which may be a later one than the log's.
    guardAppend({ ...head, claim: null }, withoutClaim(append), now, 'expired')
    return
  }
  const { claim, state } = await leases.judge(log, now)
  guardAppend({ ...head, claim }, append, now, state)
}

function withoutClaim({ claim: _, ...append }: Append): Append {
  return append
}

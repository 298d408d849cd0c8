import { randomUUID } from 'node:crypto'
import {
  type Append,
  type Appended,
  type BlobRef,
  type CallOptions,
  type ClaimAppend,
  type Claimed,
  ConflictError,
  canonicalJson,
  guardAppend,
  InvalidTransitionError,
  isStoreError,
  LeaseLostError,
  type Owner,
  UnavailableError,
} from '@ion/store'
import { type Blobs, blobRefs } from './blobs.ts'
import type { Leases } from './leases.ts'
import { seenOf } from './log-fold.ts'
import type { BatchFacts } from './log-lines.ts'
import { type AppendUnit, isAppend } from './log-units.ts'
import type { RunLog } from './run-log.ts'

/** How often an append is tried again because of others' writes that left its own rules unbroken. */
const triesInARow = 64

/** What appends need besides the log. */
export interface Committing {
  leases: Leases
  blobs: Blobs
  clock: () => Date
}

/** Who asks for a claim, and for how long. */
export interface Claiming {
  owner: Owner
  ttlMs: number
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
      if (first) return resultOf(log, first.unit, first.start)
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
      if (first) return await grantAgain(log, first.unit, first.start, { at, leases })
      if (held !== null && state === 'live') return null
      const { status } = guardAppend({ ...log.state.head, claim: null }, append, at, 'expired')
      if (status !== 'running') {
        throw new InvalidTransitionError(`a ${status} run is held by nobody; claim it with its start`, {
          from: status,
        })
      }
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

interface NewUnit {
  append: Append
  blobs: BlobRef[]
  at: string
  grant?: BatchFacts['grant']
}

function unitOf(log: RunLog, { append, blobs, at, grant }: NewUnit): AppendUnit {
  const { commitId, expectedSequence: after, events } = append
  const { head, commits } = log.state
  return {
    commit: { id: commitId, number: commits + 1 },
    at,
    seen: seenOf(log.state),
    batch: {
      after,
      held: head.claim?.number ?? 0,
      ...contentOf(append, blobs),
      ...(grant ? { grant } : {}),
    },
    events: events.map((event, index) => ({ sequence: after + index + 1, ...event })),
  }
}

/** The part of an append that is kept beside its events. */
function contentOf({ expectedSignal, run, release }: Append, blobs: BlobRef[]): Partial<BatchFacts> {
  return {
    ...(expectedSignal === undefined ? {} : { expectedSignal }),
    ...(run ? { run } : {}),
    ...(release ? { release } : {}),
    ...(blobs.length > 0 ? { blobs } : {}),
  }
}

interface FoundCommit {
  unit: AppendUnit
  start: number
}

/**
 * The commit that has this append's id already.
 *
 * @throws {ConflictError} when its content is another one.
 */
async function firstCommit(
  log: RunLog,
  append: Append,
  blobs: BlobRef[],
  claiming: Claiming | null,
): Promise<FoundCommit | null> {
  const start = log.index.commitAt(append.commitId)
  if (start === undefined) return null
  const unit = await log.unitAt(start)
  if (!isAppend(unit) || unit.commit.id !== append.commitId) return null
  const { after, held: _, grant, ...content } = unit.batch
  const events = unit.events.map(({ sequence: _, ...event }) => event)
  const asked = grant ? { owner: grant.owner, ttlMs: grant.ttlMs } : null
  const before = { after, ...content, events, claiming: asked }
  const again = {
    after: append.expectedSequence,
    ...contentOf(append, blobs),
    events: append.events,
    claiming,
  }
  if (textOf(before) !== textOf(again)) {
    throw new ConflictError(`commit ${append.commitId} was made with other content`, {
      commitId: append.commitId,
    })
  }
  await log.makeDurable('unknown')
  return { unit, start }
}

function textOf(value: object): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)))
}

function resultOf(log: RunLog, { at, batch, events }: AppendUnit, start: number): Appended {
  const lastSequence = batch.after + events.length
  return { lastSequence, lastSignal: log.index.signalsBefore(start), timestamp: at }
}

async function grantAgain(
  log: RunLog,
  unit: AppendUnit,
  start: number,
  { at, leases }: { at: string; leases: Leases },
): Promise<Claimed | null> {
  const { grant } = unit.batch
  const { claim: held, state } = await leases.judge(log, at)
  if (grant && held?.token === grant.token && held.expiresAt > at) {
    const { token, number } = grant
    return { ...resultOf(log, unit, start), claim: { token, number, expiresAt: held.expiresAt } }
  }
  if (held !== null && state === 'live') return null
  throw new LeaseLostError('the claim that this commit was granted has ended')
}

function positionOf(log: RunLog): Omit<Appended, 'timestamp'> {
  const { lastSequence, lastSignal } = log.state.head
  return { lastSequence, lastSignal }
}

function tooBusy(log: RunLog): UnavailableError {
  return new UnavailableError(`${log.path} is written to by too many at once`, 'none')
}

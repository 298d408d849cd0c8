import { randomUUID } from 'node:crypto'
import {
  type Append,
  type Appended,
  type CallOptions,
  type Claim,
  type ClaimAppend,
  type Claimed,
  ConflictError,
  claimState,
  type GrantRequest,
  guardAppend,
  guardClaimAppend,
  LeaseLostError,
  UnavailableError,
} from '@ion/store'
import { appendStep, type ClaimGuard } from './append-statement.ts'
import { integerOf, timeOf } from './columns.ts'
import { escapeText, unescapeText } from './escaped-text.ts'
import { type LandedCommit, type Look, lookAtRun } from './look-at-run.ts'
import { keyOf, type PackedAppend, packAppend } from './packed-append.ts'
import type { Row } from './parameter.ts'
import type { SqlDatabase, StepValues } from './sql-database.ts'
import { sqlErrorKind } from './sql-errors.ts'

/** How often a step is tried that nothing speaks against, and that finds nothing to change all the same. */
const looksInARow = 32

/** Appends in one step. Only when that finds nothing to change is the run looked at, to say what was wrong. */
export async function append(
  database: SqlDatabase,
  id: string,
  given: Append,
  call?: CallOptions,
): Promise<Appended> {
  const packed = packAppend(given, database.flavor)
  const values = { ...packed.values, id, token: given.claim && escapeText(given.claim.token) }
  let guard: ClaimGuard = given.claim ? 'named' : 'nobody'
  let deadToken: string | undefined
  for (let looks = 0; looks < looksInARow; looks++) {
    const row = await land(database, packed, guard, { ...values, deadToken }, call)
    if (row) return appendedOf(row)
    const { head, now, commit } = await lookAtRun(database, id, given.commitId, call)
    if (commit) return resultOf(sameCommit(commit, packed, given.commitId))
    const state = head.claim ? claimState(head.claim, now) : 'expired'
    guardAppend(head, given, now, state)
    if (!given.claim && state === 'dead') {
      guard = 'nobody but the dead'
      deadToken = head.claim ? escapeText(head.claim.token) : undefined
    }
  }
  throw new UnavailableError(`run ${id} changed at every look`, 'none')
}

/** Grants and appends in one step; `null` when somebody alive holds the run. */
export async function claim(
  database: SqlDatabase,
  id: string,
  { grant, append: given }: { grant: GrantRequest; append: ClaimAppend },
  call?: CallOptions,
): Promise<Claimed | null> {
  const packed = packAppend(given, database.flavor, grant)
  const values = { ...packed.values, id, grantedToken: randomUUID() }
  let guard: ClaimGuard = 'nobody'
  let deadToken: string | undefined
  for (let looks = 0; looks < looksInARow; looks++) {
    const row = await land(database, packed, guard, { ...values, deadToken }, call)
    if (row) return { ...appendedOf(row), claim: claimOf(row) }
    const look = await lookAtRun(database, id, given.commitId, call)
    if (look.commit) return grantAgain(sameCommit(look.commit, packed, given.commitId), look)
    const { head, now } = look
    const state = head.claim ? claimState(head.claim, now) : 'expired'
    if (state === 'live') return null
    guardClaimAppend(head, given, now)
    if (state === 'dead') {
      guard = 'nobody but the dead'
      deadToken = head.claim ? escapeText(head.claim.token) : undefined
    }
  }
  throw new UnavailableError(`run ${id} changed at every look`, 'none')
}

async function land(
  database: SqlDatabase,
  { shape }: PackedAppend,
  guard: ClaimGuard,
  values: StepValues,
  call: CallOptions | undefined,
): Promise<Row | undefined> {
  const { tables, flavor } = database
  const step = () => appendStep({ ...shape, guard }, tables, flavor)
  try {
    return await database.step(keyOf(shape, guard), step, values, call)
  } catch (error) {
    // The commit's own key: it has landed before.
    if (sqlErrorKind(error) === 'duplicate') return undefined
    throw error
  }
}

function sameCommit(commit: LandedCommit, { digest }: PackedAppend, commitId: string): LandedCommit {
  if (commit.digest === digest) return commit
  throw new ConflictError(`commit ${commitId} was made with other content`, { commitId })
}

function grantAgain(commit: LandedCommit, { head, now }: Look): Claimed | null {
  const { granted } = commit
  const held = head.claim
  if (granted && held?.token === granted.token && held.expiresAt > now) {
    return { ...resultOf(commit), claim: { ...granted, expiresAt: held.expiresAt } }
  }
  if (held && claimState(held, now) === 'live') return null
  throw new LeaseLostError('the claim that this commit was granted has ended')
}

function resultOf({ lastSequence, lastSignal, timestamp }: LandedCommit): Appended {
  return { lastSequence, lastSignal, timestamp }
}

function appendedOf(row: Row): Appended {
  return {
    lastSequence: integerOf(row.last_sequence),
    lastSignal: integerOf(row.last_signal),
    timestamp: timeOf(row.updated_at),
  }
}

function claimOf(row: Row): Claim {
  return {
    token: unescapeText(String(row.claim_token)),
    number: integerOf(row.claim_number),
    expiresAt: timeOf(row.claim_expires_at),
  }
}

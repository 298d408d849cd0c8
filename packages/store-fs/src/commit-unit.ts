import {
  type Append,
  type Appended,
  type BlobRef,
  ConflictError,
  canonicalJson,
  type Owner,
  UnavailableError,
} from '@ion/store'
import { seenOf } from './log-fold.ts'
import type { BatchFacts } from './log-lines.ts'
import { type AppendUnit, isAppend } from './log-units.ts'
import type { RunLog } from './run-log.ts'

/** How often an append is tried again because of others' writes that left its own rules unbroken. */
export const triesInARow = 64

/** Who asks for a claim, and for how long. */
export interface Claiming {
  owner: Owner
  ttlMs: number
}

/** What an append's unit is made from. */
export interface NewUnit {
  append: Append
  blobs: BlobRef[]
  at: string
  grant?: BatchFacts['grant']
}

/** The unit that an append comes to at the end of a log. */
export function unitOf(log: RunLog, { append, blobs, at, grant }: NewUnit): AppendUnit {
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

/** A commit in the log, and where it lies. */
export interface FoundCommit {
  unit: AppendUnit
  start: number
}

/**
 * The commit that has this append's id already.
 *
 * @throws {ConflictError} when its content is another one.
 */
export async function firstCommit(
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

/** What a commit that is in the log came to when it landed. */
export function resultOf(log: RunLog, { unit: { at, batch, events }, start }: FoundCommit): Appended {
  const lastSequence = batch.after + events.length
  return { lastSequence, lastSignal: log.index.signalsBefore(start), timestamp: at }
}

/** Where a log ends now. */
export function positionOf(log: RunLog): Omit<Appended, 'timestamp'> {
  const { lastSequence, lastSignal } = log.state.head
  return { lastSequence, lastSignal }
}

/** What an append comes to that never had its turn. */
export function tooBusy(log: RunLog): UnavailableError {
  return new UnavailableError(`${log.path} is written to by too many at once`, 'none')
}

import { z } from 'zod'
import type { Claim, ClaimView, Owner } from './claim.ts'
import type { Append, ClaimAppend, StoreAbilities } from './contract.ts'
import {
  ConflictError,
  InvalidRecordError,
  InvalidTransitionError,
  LeaseLostError,
  TooLargeError,
} from './errors.ts'
import { type EventType, type Failure, newEventSchema } from './event.ts'
import { appendPatchSchema, type StoredDefinition } from './run.ts'
import { checkTransition, type RunStatus } from './transitions.ts'

/** A claim as its store keeps it. */
export interface HeldClaim extends Claim {
  owner: Owner
}

/** The part of a run's record that an append reads and moves: the row (or file head) that the fence stands on. */
export interface RunHead {
  status: RunStatus
  lastSequence: number
  lastSignal: number
  claim: HeldClaim | null
  error: Failure | null
  wakeAt: string | null
  startedAt: string | null
  finishedAt: string | null
  updatedAt: string
}

const commitIdSchema = z.string().min(1).max(128)
const blobRefPattern = /^(?!.*(^|\/)\.)[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/

/**
 * Refuses an append that no store may take, before anything is read or written: events that are none of the eight
 * types or have the wrong shape, blobs with unusable names, and events larger than the store allows.
 *
 * @throws {InvalidRecordError} naming every fault; {TooLargeError} naming the event.
 */
export function checkAppendShape(append: Append, abilities: StoreAbilities): void {
  const faults: string[] = []
  const note = (place: string, error: z.ZodError) => {
    for (const issue of error.issues) faults.push(`${[place, ...issue.path].join('.')}: ${issue.message}`)
  }
  const commitId = commitIdSchema.safeParse(append.commitId)
  if (!commitId.success) note('commitId', commitId.error)
  append.events.forEach((event, index) => {
    const checked = newEventSchema.safeParse(event)
    if (!checked.success) note(`events.${index}`, checked.error)
  })
  if (append.run) {
    const checked = appendPatchSchema.safeParse(append.run)
    if (!checked.success) note('run', checked.error)
  }
  for (const { ref } of append.blobs ?? []) {
    if (ref.length > 256 || !blobRefPattern.test(ref))
      faults.push(`blobs: ${JSON.stringify(ref)} is no blob name`)
  }
  if (faults.length > 0) throw new InvalidRecordError(`the append was refused: ${faults.join('; ')}`)

  for (const event of append.events) {
    const bytes = Buffer.byteLength(JSON.stringify(event))
    if (bytes <= abilities.maxEventBytes) continue
    throw new TooLargeError(
      `${event.type}${event.nodeId ? ` of ${event.nodeId}` : ''} has ${bytes} bytes; this store takes ${abilities.maxEventBytes} an event`,
      { bytes, maxEventBytes: abilities.maxEventBytes },
    )
  }
}

const statusOfEvent: Partial<Record<EventType, RunStatus>> = {
  workflow_started: 'running',
  workflow_completed: 'completed',
  workflow_failed: 'failed',
  workflow_cancelled: 'cancelled',
}

/** The status an append leads to, every step of it checked against the table of transitions. */
function statusAfter(head: RunHead, append: Append): RunStatus {
  let status = head.status
  for (const event of append.events) {
    const next = statusOfEvent[event.type]
    if (next !== undefined) {
      checkTransition(status, next)
      status = next
    } else if (status !== 'running') {
      throw new InvalidTransitionError(`a ${status} run takes no ${event.type}; start it first`, {
        from: status,
      })
    }
  }
  const wanted = append.run?.status
  if (wanted === undefined || wanted === status) return status
  if (wanted !== 'paused') {
    throw new InvalidRecordError(`the append says ${wanted}, but its events lead to ${status}`)
  }
  checkTransition(status, wanted)
  return wanted
}

/**
 * The fence and the rules of every append, as a pure function of the run's head: call it inside the atomic step that
 * also writes. A store that fences in a query of its own calls it afterwards, to say what was wrong.
 *
 * The rules, in this order: the claim (while a live one exists, its token is needed; a claim that is not the current
 * one or has expired never passes), the sequence, the transitions, the last signal.
 *
 * @param now - The store's time (ISO).
 * @param state - How the store judges `head.claim` now; ignored when there is none.
 * @returns the head after the append.
 * @throws {LeaseLostError}, {ConflictError}, {InvalidTransitionError}, {InvalidRecordError}
 */
export function guardAppend(head: RunHead, append: Append, now: string, state: ClaimView['state']): RunHead {
  guardClaim(head, append.claim, now, state)
  if (append.expectedSequence !== head.lastSequence) {
    throw new ConflictError(
      `the log is at sequence ${head.lastSequence}, the writer knows ${append.expectedSequence}`,
      { expected: append.expectedSequence, actual: head.lastSequence },
    )
  }
  const status = statusAfter(head, append)
  // A run that was not running before, nor is now, ran in between if there are events.
  const stops = status !== 'running' && (status !== head.status || append.events.length > 0)
  if (stops || append.release === true) guardSignal(head, append)
  for (const event of append.events) {
    const signal = 'signal' in event.payload ? event.payload.signal : undefined
    if (typeof signal === 'number' && signal > head.lastSignal) {
      throw new InvalidRecordError(`${event.type} takes signal ${signal}; the last one is ${head.lastSignal}`)
    }
  }
  return headAfter(head, append, status, now)
}

/**
 * The rules of the append that comes with a claim, once the store has found that nobody alive holds the run. A claim is for
 * executing, so its append must leave the run running. Pure.
 *
 * @returns the head after the append, for the store to put the new claim into.
 * @throws {ConflictError}, {InvalidTransitionError}, {InvalidRecordError}
 */
export function guardClaimAppend(head: RunHead, append: ClaimAppend, now: string): RunHead {
  const after = guardAppend({ ...head, claim: null }, append, now, 'expired')
  if (after.status === 'running') return after
  throw new InvalidTransitionError(`a ${after.status} run is held by nobody; claim it with its start`, {
    from: after.status,
  })
}

function guardClaim(head: RunHead, claim: Claim | undefined, now: string, state: ClaimView['state']): void {
  if (claim !== undefined) {
    const held = head.claim
    if (held?.token !== claim.token)
      throw new LeaseLostError('the claim is not the current one', holder(held))
    if (held.expiresAt <= now)
      throw new LeaseLostError(`the claim expired at ${held.expiresAt}`, holder(held))
  } else if (head.claim && state === 'live') {
    throw new LeaseLostError(`the run is held by ${describeOwner(head.claim.owner)}`, holder(head.claim))
  }
}

/** Facts about a claim's holder for an error's details, without the token. */
function holder(held: HeldClaim | null) {
  return held ? { owner: { ...held.owner }, expiresAt: held.expiresAt } : {}
}

/** A claim's owner in words. */
export function describeOwner(owner: Owner): string {
  return `process ${owner.pid} on ${owner.host}`
}

function guardSignal(head: RunHead, append: Append): void {
  if (append.expectedSignal === undefined) {
    throw new InvalidRecordError(
      'an append that pauses, ends or releases a run names the last signal it has seen',
    )
  }
  if (append.expectedSignal !== head.lastSignal) {
    throw new ConflictError(
      `there is signal ${head.lastSignal}, the writer has seen ${append.expectedSignal}`,
      {
        expectedSignal: append.expectedSignal,
        actualSignal: head.lastSignal,
      },
    )
  }
}

/** A run that is paused or has ended is held by nobody; a start clears what the last end left. */
function headAfter(head: RunHead, append: Append, status: RunStatus, now: string): RunHead {
  const after: RunHead = {
    ...head,
    status,
    lastSequence: head.lastSequence + append.events.length,
    updatedAt: now,
    claim: append.release || status !== 'running' ? null : head.claim,
    wakeAt: append.run?.wakeAt === undefined ? head.wakeAt : append.run.wakeAt,
  }
  for (const event of append.events) {
    const next = statusOfEvent[event.type]
    if (next === 'running') {
      after.startedAt ??= now
      after.finishedAt = null
      after.error = null
      if (append.run?.wakeAt === undefined) after.wakeAt = null
    } else if (next !== undefined) {
      after.finishedAt = now
      if (event.type === 'workflow_failed') after.error = event.payload.error
    }
  }
  return after
}

/** What a definition's replacement means to a run's record: kept here so that no store forgets it. */
export function definitionAfter(current: StoredDefinition, append: Append): StoredDefinition {
  return append.run?.definition ?? current
}

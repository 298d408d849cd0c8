import { InvalidRecordError } from './errors.ts'
import { runIdPattern } from './ids.ts'
import { type DerivedStatus, derivedStatus, type RunSummary } from './run.ts'

/** Which runs to list. Every condition given must hold. */
export interface RunFilter {
  /** Any of these. `interrupted` is derived; `running` then means a run that someone alive holds. */
  status?: DerivedStatus[]
  workflowName?: string
  /** Created at or after this time (ISO). */
  createdAfter?: string
  /** Created before this time (ISO). */
  createdBefore?: string
  /** Has a `wakeAt` at or before this time (ISO). */
  wakeBefore?: string
  /** Priority at or above. */
  minPriority?: number
}

/** Which page of a list. */
export interface PageRequest {
  /** At most this many, 1 to 1,000. */
  limit: number
  /** The `next` of the page before; absent for the first. */
  cursor?: string
}

/** A page of a list. */
export interface Page<Item> {
  items: Item[]
  /** The cursor of the next page; `null` on the last. */
  next: string | null
}

/** Where a page ended: the keyset of the last run on it. */
export interface RunKey {
  createdAt: string
  id: string
}

/** Turns the place of a run in the list into a cursor. */
export function encodeRunCursor({ createdAt, id }: RunKey): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url')
}

/** @throws {InvalidRecordError} when the text is no cursor that `encodeRunCursor` gave out. */
export function decodeRunCursor(cursor: string): RunKey {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(value) && value.length === 2) {
      const [createdAt, id] = value as unknown[]
      if (isTime(createdAt) && typeof id === 'string' && runIdPattern.test(id)) return { createdAt, id }
    }
  } catch {
    // falls through to the one error
  }
  throw new InvalidRecordError(`${JSON.stringify(cursor)} is no cursor of a run list`)
}

/** Whether it is a time as records have it: a store's database may take no other. */
function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || !/^(?!0000)\d{4}-/.test(value)) return false
  const time = new Date(value)
  return !Number.isNaN(time.getTime()) && time.toISOString() === value
}

/** The order of run lists: newest first by `(createdAt, id)`. */
export function compareRuns(a: RunKey, b: RunKey): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0
}

/**
 * Where a page of runs begins: after this run, or with the first when there is no cursor.
 *
 * @throws {InvalidRecordError} when the limit is none of 1 to 1,000, or the cursor is none.
 */
export function startOfPage({ limit, cursor }: PageRequest): RunKey | undefined {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new InvalidRecordError(`a page of runs has 1 to 1,000, not ${limit}`)
  }
  return cursor === undefined ? undefined : decodeRunCursor(cursor)
}

/**
 * A page of runs.
 *
 * @param found - The runs from the page's start on, in order: at least one more than fits, where there is one more.
 */
export function pageOfRuns<Run extends RunKey>(found: readonly Run[], limit: number): Page<Run> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last && found.length > limit ? encodeRunCursor(last) : null }
}

/** Whether a run meets a filter: what every store's list must agree with. */
export function matchesFilter(run: RunSummary, filter: RunFilter): boolean {
  const { status, workflowName, createdAfter, createdBefore, wakeBefore, minPriority } = filter
  return (
    (status === undefined || status.includes(derivedStatus(run))) &&
    (workflowName === undefined || run.workflowName === workflowName) &&
    (createdAfter === undefined || run.createdAt >= createdAfter) &&
    (createdBefore === undefined || run.createdAt < createdBefore) &&
    (wakeBefore === undefined || (run.wakeAt !== null && run.wakeAt <= wakeBefore)) &&
    (minPriority === undefined || run.priority >= minPriority)
  )
}

import { guardAppend, isStoreError, type JsonObject, mergeMembers, type RunHead } from '@ion/store'
import { type CreatedLine, type FieldsUpdate, LogFault, type Seen } from './log-lines.ts'
import { type AppendUnit, isAppend, type PlacedUnit } from './log-units.ts'

/** What a log comes to: a run's record (but for definition and inputs, which stay in the log) and the fence. */
export interface LogState {
  id: string
  workflowName: string
  userMessage: string
  idempotencyKey: string | null
  createdAt: string
  /** The id of the commit that created it; absent where an earlier version wrote `run.json`. */
  creation?: string
  metadata: JsonObject
  priority: number
  /** Its claim's expiry is that of the grant: a renewal is in the lease file alone. */
  head: RunHead
  /** Number of the last commit. */
  commits: number
  /** How many claims were granted. */
  claims: number
  /** How many updates of fields there were. */
  updates: number
  /** Number of the last annotation. */
  annotations: number
  /** Offset of the unit that has the definition in force. */
  definitionAt: number
  deleted: boolean
}

/** A state after a unit, and whether that unit counts or is void. */
export interface Folded {
  state: LogState
  counts: boolean
}

/** The state of a log that has only its first line. */
export function stateOfCreation({ at, commit, created }: CreatedLine): LogState {
  const { id, workflowName, userMessage, idempotencyKey, metadata, priority, wakeAt } = created
  return {
    ...{ id, workflowName, userMessage, idempotencyKey, metadata, priority },
    createdAt: at,
    creation: commit.id,
    head: {
      status: 'pending',
      lastSequence: 0,
      lastSignal: 0,
      claim: null,
      error: null,
      wakeAt,
      startedAt: null,
      finishedAt: null,
      updatedAt: at,
    },
    ...{ commits: 0, claims: 0, updates: 0, annotations: 0, definitionAt: 0, deleted: false },
  }
}

/** How much of the log a writer with this state knows. */
export function seenOf({ commits, updates, annotations, head }: LogState): Seen {
  const seen = { commit: commits, signal: head.lastSignal, update: updates }
  return annotations === 0 ? seen : { ...seen, annotation: annotations }
}

/**
 * Moves a state by one unit of its log: the only code that says what counts, for readers and writers alike. Pure.
 *
 * What decides is the order in the log alone. Of two commits (or signals) with one number the first counts and the
 * other is void, so a writer that was late, however late, changes nothing. Nothing counts after a deletion.
 *
 * @throws {LogFault} when the unit shows that something before it is gone.
 */
export function foldUnit(state: LogState, placed: PlacedUnit): Folded {
  const { unit, start } = placed
  const counts = (after: Partial<LogState>): Folded => ({ state: { ...state, ...after }, counts: true })
  if ('created' in unit) throw new LogFault('the run is created a second time', start)
  checkSeen(state, unit.seen, placed)
  if (state.deleted) return { state, counts: false }
  if ('signal' in unit) {
    const { sequence } = unit.signal
    if (sequence !== state.head.lastSignal + 1) return { state, counts: false }
    return counts({ head: { ...state.head, lastSignal: sequence } })
  }
  if ('annotation' in unit) {
    const { sequence } = unit.annotation
    return sequence === state.annotations + 1 ? counts({ annotations: sequence }) : { state, counts: false }
  }
  if ('update' in unit) return counts(updated(state, unit.update, unit.at))
  if (unit.commit.number !== state.commits + 1) return { state, counts: false }
  if (!isAppend(unit)) return counts({ commits: unit.commit.number, deleted: true })
  if (unit.batch.held !== (state.head.claim?.number ?? 0)) return { state, counts: false }
  const head = headAfter(state.head, unit, start)
  if (head === null) return { state, counts: false }
  return counts({
    head,
    commits: unit.commit.number,
    claims: unit.batch.grant?.number ?? state.claims,
    definitionAt: unit.batch.run?.definition ? start : state.definitionAt,
  })
}

const numbered = ['commit', 'signal', 'update', 'annotation'] as const

/** What a writer has seen lies before what it wrote: if it isn't there, it was lost. */
function checkSeen(state: LogState, seen: Seen, { start, badFrom }: PlacedUnit): void {
  const here = seenOf(state)
  const lost = numbered.find((kind) => (seen[kind] ?? 0) > (here[kind] ?? 0))
  if (lost === undefined) return
  throw new LogFault(
    `${lost} ${(here[lost] ?? 0) + 1} is damaged or gone, and later lines build on it`,
    badFrom ?? start,
  )
}

/** The head after an append, or `null` when a newer signal makes it void. */
function headAfter(head: RunHead, { commit, at, batch, events }: AppendUnit, start: number): RunHead | null {
  const { after, expectedSignal, run, release, grant } = batch
  const append = {
    commitId: commit.id,
    expectedSequence: after,
    events,
    ...(expectedSignal === undefined ? {} : { expectedSignal }),
    ...(run ? { run } : {}),
    ...(release ? { release } : {}),
  }
  if (after !== head.lastSequence || events.some(({ sequence }, index) => sequence !== after + index + 1)) {
    throw new LogFault(`commit ${commit.number} does not continue sequence ${head.lastSequence}`, start)
  }
  try {
    // The writer judged the claim by its clock and token; what the log can judge is that it was still the same one.
    const moved = guardAppend(head, append, at, 'dead')
    if (!grant) return moved
    const { ttlMs: _, ...claim } = grant
    return { ...moved, claim }
  } catch (error) {
    if (isStoreError(error, 'conflict')) return null
    if (isStoreError(error))
      throw new LogFault(`commit ${commit.number} breaks a rule: ${error.message}`, start)
    throw error
  }
}

function updated(
  state: LogState,
  { metadata, priority, wakeAt }: FieldsUpdate,
  at: string,
): Partial<LogState> {
  return {
    updates: state.updates + 1,
    head: { ...state.head, updatedAt: at, ...(wakeAt === undefined ? {} : { wakeAt }) },
    ...(metadata === undefined ? {} : { metadata: mergeMembers(state.metadata, metadata) }),
    ...(priority === undefined ? {} : { priority }),
  }
}

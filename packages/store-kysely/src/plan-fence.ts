import {
  type Append,
  type ClaimAppend,
  type EventType,
  type Failure,
  guardAppend,
  guardClaimAppend,
  isStoreError,
  type RunHead,
  type RunStatus,
  runStatuses,
} from '@ion/store'

/**
 * What an append asks of a run's row and does to it, as data for one UPDATE. It is what the rules of the contract
 * (`guardAppend`) say, asked for each status in turn, so that the database needs no rules of its own.
 */
export interface Fence {
  /** Stored statuses in which the append may land. */
  statuses: RunStatus[]
  /** Stored statuses in which it may land if the run's last signal is the one its writer has seen. */
  signalled: RunStatus[]
  /** The run's last signal must have at least this number, as an event takes it; 0 when none does. */
  signalFloor: number
  /** The status the append leads to; `null` when it leaves it as it is. */
  status: RunStatus | null
  starts: boolean
  finishedAt: 'kept' | 'cleared' | 'now'
  /** `undefined` keeps what is there. */
  error: Failure | null | undefined
  wakeAt: string | null | undefined
  /** Whether the run is held by nobody afterwards. */
  dropsClaim: boolean
}

const now = 'now'
const kept = 'kept'
const keptError: Failure = { code: kept, message: kept }

/** @param append - The append of a holder or of nobody, or the one that comes with a claim. */
export function planFence(append: Append | ClaimAppend, kind: 'append' | 'claim'): Fence {
  const seen = 'expectedSignal' in append ? append.expectedSignal : undefined
  const signalFloor = append.events.reduce((last, event) => Math.max(last, signalTaken(event)), 0)
  const allowed = allowedStatuses(append, kind, { seen, signalFloor })
  const [any = 'running'] = [...allowed.statuses, ...allowed.signalled]
  const lastSignal = allowed.statuses.length > 0 ? Math.max(seen ?? 0, signalFloor) + 1 : (seen ?? 0)
  const head = headAfter(append, kind, any, lastSignal)
  const changesStatus = append.events.some(({ type }) => type.startsWith('workflow_')) || append.run?.status
  const status = changesStatus && head ? head.status : null
  return {
    ...{ ...allowed, signalFloor, status },
    starts: head?.startedAt === now,
    finishedAt: head?.finishedAt === null ? 'cleared' : head?.finishedAt === now ? 'now' : 'kept',
    error: head && head.error !== keptError ? head.error : undefined,
    wakeAt: head && head.wakeAt !== kept ? head.wakeAt : undefined,
    dropsClaim: ('release' in append && append.release === true) || (status !== null && status !== 'running'),
  }
}

type Allowed = Pick<Fence, 'statuses' | 'signalled'>

const known = new Map<string, Allowed>()

/** In which statuses appends of this kind may land: it depends on no more than is in the key, of which there are few. */
function allowedStatuses(
  append: Append | ClaimAppend,
  kind: 'append' | 'claim',
  { seen, signalFloor }: { seen: number | undefined; signalFloor: number },
): Allowed {
  const types = append.events.map(({ type }) => type)
  const steps = types.filter((type, index) => !isNodeEvent(type) || !isNodeEvent(types[index - 1]))
  const releases = 'release' in append && append.release === true
  const taken = signalFloor === 0 ? 0 : seen === undefined || signalFloor > seen ? 2 : 1
  const key = [kind, ...steps.map(kindOfStep), append.run?.status, releases, seen !== undefined, taken].join()
  const before = known.get(key)
  if (before) return before

  const allowed: Allowed = { statuses: [], signalled: [] }
  for (const status of runStatuses) {
    if (headAfter(append, kind, status, Math.max(seen ?? 0, signalFloor) + 1)) allowed.statuses.push(status)
    else if (headAfter(append, kind, status, seen ?? 0)) allowed.signalled.push(status)
  }
  if (known.size < mostKnown) known.set(key, allowed)
  return allowed
}

/** Runs of nodes' events count as one, so only odd appends have long keys. */
const mostKnown = 1_000

function isNodeEvent(type: EventType | undefined): boolean {
  return type?.startsWith('node_') ?? false
}

function kindOfStep(type: EventType): string {
  return isNodeEvent(type) ? 'node' : type
}

/** What the rules make of a run of which only status and last signal are known; `null` when they refuse. */
function headAfter(
  append: Append | ClaimAppend,
  kind: 'append' | 'claim',
  status: RunStatus,
  lastSignal: number,
): RunHead | null {
  const head: RunHead = {
    status,
    lastSequence: append.expectedSequence,
    lastSignal,
    claim: null,
    error: keptError,
    wakeAt: kept,
    startedAt: null,
    finishedAt: kept,
    updatedAt: kept,
  }
  try {
    if (kind === 'claim') return guardClaimAppend(head, append, now)
    return guardAppend(head, withoutClaim(append), now, 'expired')
  } catch (error) {
    if (isStoreError(error)) return null
    throw error
  }
}

/** The claim is the database's to judge. */
function withoutClaim(append: Append): Append {
  const { claim: _, ...rest } = append
  return rest
}

function signalTaken({ payload }: Append['events'][number]): number {
  return 'signal' in payload && typeof payload.signal === 'number' ? payload.signal : 0
}

import type { EventPayload, Failure, WorkflowEvent } from './event.ts'
import type { RunStatus } from './transitions.ts'
import { addUsage, emptyUsage, type UsageTotals } from './usage.ts'

/** What is known of a node path besides how it stands. */
interface NodeFacts {
  path: string
  /** The attempt that ran last (1, 2, …); 0 before the first. */
  attempt: number
  /** How often an executor was lost while the node ran, since it last failed for good. */
  interruptions: number
  /** Counts reruns: outcomes of an earlier generation are void. */
  generation: number
  /** Sequence and time of the last `node_started`; 0 and `null` before the first. */
  startedSequence: number
  startedAt: string | null
}

/** How a node path stands: decided by its last event, and by the starts of the run since then. */
export type NodeState = NodeFacts &
  (
    | { status: 'pending' }
    | { status: 'running'; payload: EventPayload<'node_started'> }
    /** An open gate. `startedSequence` is the opening that an answer must name. */
    | { status: 'waiting'; payload: EventPayload<'node_started'> }
    /** Failed, and will run again at `payload.retryAt`. */
    | { status: 'retrying'; payload: EventPayload<'node_failed'> }
    | { status: 'completed'; payload: EventPayload<'node_completed'>; endedAt: string }
    | { status: 'failed'; payload: EventPayload<'node_failed'>; endedAt: string }
    | { status: 'skipped'; payload: EventPayload<'node_skipped'>; endedAt: string }
  )

/** A run's state: what its log comes to. */
export interface RunState {
  /** Never `paused`: a pause is no event. */
  status: Exclude<RunStatus, 'paused'>
  error: Failure | null
  /** Why the run was cancelled. */
  reason: string | null
  lastSequence: number
  /** How often the run was started, resumes included. */
  starts: number
  /** By path, in order of first appearance. */
  nodes: Map<string, NodeState>
  /** The signals that an event has taken. */
  takenSignals: Set<number>
  /** All that agents cost, failed attempts and voided generations included. */
  usage: UsageTotals
}

/** The state of an empty log. */
export function initialState(): RunState {
  return {
    status: 'pending',
    error: null,
    reason: null,
    lastSequence: 0,
    starts: 0,
    nodes: new Map(),
    takenSignals: new Set(),
    usage: emptyUsage(),
  }
}

/**
 * Turns a log into a state: the only code that does. Pure; O(number of events).
 *
 * @param events - A whole log in order, or its continuation when `from` is given.
 * @param from - The state so far; it is not changed.
 *
 * @example
 * const state = reduceRun(await store.getWorkflowEvents(id, { limit: 10_000 }))
 * state.nodes.get('build')?.status // 'completed'
 */
export function reduceRun(events: Iterable<WorkflowEvent>, from?: RunState): RunState {
  const state = from ? copyState(from) : initialState()
  for (const event of events) applyEvent(state, event)
  return state
}

function copyState(state: RunState): RunState {
  return {
    ...state,
    nodes: new Map(state.nodes),
    takenSignals: new Set(state.takenSignals),
    usage: structuredClone(state.usage),
  }
}

/** Moves a state by one event, in place: the step of `reduceRun`, for a caller that owns the state. O(1) but for starts. */
export function applyEvent(state: RunState, event: WorkflowEvent): void {
  state.lastSequence = event.sequence
  const signal = 'signal' in event.payload ? event.payload.signal : undefined
  if (typeof signal === 'number') state.takenSignals.add(signal)
  switch (event.type) {
    case 'workflow_started':
      startRun(state, event.payload)
      return
    case 'workflow_completed':
      state.status = 'completed'
      return
    case 'workflow_failed':
      state.status = 'failed'
      state.error = event.payload.error
      return
    case 'workflow_cancelled':
      state.status = 'cancelled'
      state.reason = event.payload.reason ?? null
      return
    case 'node_started':
    case 'node_completed':
    case 'node_failed':
    case 'node_skipped': {
      const before = state.nodes.get(event.nodeId)
      state.nodes.set(event.nodeId, nodeAfter(before, event))
      if (event.type === 'node_completed' || event.type === 'node_failed') {
        addUsage(state.usage, event.payload.usage ?? [])
      }
      return
    }
  }
}

/**
 * A start of a run that had failed gives every node a new chance that failed for good or was skipped. A run that was only
 * interrupted or paused goes on: what failed or was skipped in it stands. A rerun voids what it names.
 */
function startRun(state: RunState, payload: EventPayload<'workflow_started'>): void {
  const afterFailure = state.status === 'failed'
  const voided = new Set(payload.rerun ?? [])
  state.status = 'running'
  state.error = null
  state.reason = null
  state.starts += 1
  if (!afterFailure && voided.size === 0) return
  for (const [path, node] of state.nodes) {
    const root = path.split('/', 1)[0] as string
    if (voided.has(root)) {
      state.nodes.set(path, { ...pendingNode(path), generation: node.generation + 1 })
    } else if (afterFailure && (node.status === 'failed' || node.status === 'skipped')) {
      const { generation, startedSequence, startedAt } = node
      state.nodes.set(path, { ...pendingNode(path), generation, startedSequence, startedAt })
    }
  }
}

/** The state of a path of which the log says nothing. */
export function pendingNode(path: string): NodeState {
  return {
    path,
    status: 'pending',
    attempt: 0,
    interruptions: 0,
    generation: 0,
    startedSequence: 0,
    startedAt: null,
  }
}

type NodeEvent = Extract<WorkflowEvent, { type: `node_${string}` }>

function nodeAfter(before: NodeState | undefined, event: NodeEvent): NodeState {
  const { path, attempt, interruptions, generation, startedSequence, startedAt } =
    before ?? pendingNode(event.nodeId)
  const facts = { path, attempt, interruptions, generation, startedSequence, startedAt }
  const endedAt = event.timestamp
  switch (event.type) {
    case 'node_started': {
      const started = {
        ...facts,
        attempt: event.payload.attempt ?? attempt + 1,
        startedSequence: event.sequence,
        startedAt: event.timestamp,
      }
      return { ...started, status: event.payload.gate ? 'waiting' : 'running', payload: event.payload }
    }
    case 'node_completed':
      return { ...facts, status: 'completed', payload: event.payload, endedAt }
    case 'node_skipped':
      return { ...facts, status: 'skipped', payload: event.payload, endedAt }
    case 'node_failed':
      if (event.payload.interrupted) {
        // Being told to stop is no fault of the node's.
        const lost = event.payload.error.code === 'stopped' ? 0 : 1
        const counted = { ...facts, interruptions: interruptions + lost }
        // The attempt that was cut short is not used up: the next start has its number.
        if (event.payload.willRetry)
          return { ...counted, attempt: Math.max(0, attempt - 1), status: 'pending' }
        return { ...counted, status: 'failed', payload: event.payload, endedAt }
      }
      if (event.payload.willRetry) return { ...facts, status: 'retrying', payload: event.payload }
      return { ...facts, status: 'failed', payload: event.payload, endedAt }
  }
}

import type { EventPayload, NodeState, WorkflowEvent } from '@ion/store'
import { between, formatDuration } from './duration.ts'
import { oneLine } from './one-line.ts'
import { describeSkip } from './skip-reason.ts'

/** How a line is meant, and so coloured; the word says the same without colour. */
export type Tone = 'good' | 'bad' | 'attention' | 'plain'

/** One line about one node. */
export interface NodeLine {
  word: 'start' | 'ok' | 'FAIL' | 'retry' | 'skip' | 'wait' | 'stop' | 'run' | ''
  tone: Tone
  /** The node's path. */
  node: string
  /** How long it took; `''` where that isn't known. */
  took: string
  detail: string
}

/** What an event says about a node; `null` for an event of the workflow. Pure. */
export function eventLine(event: WorkflowEvent): NodeLine | null {
  switch (event.type) {
    case 'node_started': {
      const { gate, attempt = 1 } = event.payload
      if (gate) return line('wait', event.nodeId, { tone: 'attention', detail: oneLine(gate.message) })
      return line('start', event.nodeId, { detail: attempt > 1 ? `attempt ${attempt}` : '' })
    }
    case 'node_completed':
      return completedLine(event.nodeId, event.payload)
    case 'node_skipped':
      return line('skip', event.nodeId, { detail: describeSkip(event.payload) })
    case 'node_failed': {
      const { retryAt, willRetry, interrupted, decision } = event.payload
      const failed = failedLine(event.nodeId, event.payload)
      if (!willRetry) return failed
      if (interrupted) return { ...failed, word: 'stop', tone: 'attention', detail: 'cut short; runs again' }
      if (decision === 'reject') return reworkedLine(failed)
      const wait =
        retryAt === undefined ? '' : ` in ${formatDuration(Math.max(0, between(event.timestamp, retryAt)))}`
      return { ...failed, word: 'retry', tone: 'attention', detail: `${failed.detail}; again${wait}` }
    }
    default:
      return null
  }
}

/**
 * How a node stands. Pure.
 *
 * @param orphaned - The run's executor is gone, so that what says running is not.
 */
export function stateLine(state: NodeState, orphaned: boolean): NodeLine {
  const { path } = state
  switch (state.status) {
    case 'pending':
      return line('', path, {})
    case 'running':
      return orphaned
        ? line('stop', path, { tone: 'attention', detail: 'its executor is gone; a resume runs it again' })
        : line('run', path, {})
    case 'waiting':
      return line('wait', path, { tone: 'attention', detail: oneLine(state.payload.gate?.message ?? '') })
    case 'retrying': {
      const { retryAt, decision } = state.payload
      const failed = failedLine(path, state.payload)
      if (decision === 'reject') return reworkedLine(failed)
      return {
        ...failed,
        word: 'retry',
        tone: 'attention',
        detail: `${failed.detail}${retryAt ? `; again at ${retryAt}` : ''}`,
      }
    }
    case 'completed':
      return completedLine(path, state.payload)
    case 'failed':
      return failedLine(path, state.payload)
    case 'skipped':
      return line('skip', path, { detail: describeSkip(state.payload) })
  }
}

function line(word: NodeLine['word'], node: string, more: Partial<NodeLine>): NodeLine {
  return { word, tone: 'plain', node, took: '', detail: '', ...more }
}

function completedLine(node: string, { durationMs, decision, by }: EventPayload<'node_completed'>): NodeLine {
  const detail = decision === undefined ? '' : `${answerWord(decision)}${by === undefined ? '' : ` by ${by}`}`
  return line('ok', node, { tone: 'good', took: inWords(durationMs), detail })
}

function answerWord(decision: string): string {
  return decision === 'approve' ? 'approved' : decision === 'reject' ? 'rejected' : decision
}

function failedLine(node: string, { durationMs, error, allowed, by }: EventPayload<'node_failed'>): NodeLine {
  const answered = by === undefined ? '' : ` (by ${by})`
  const detail = `${oneLine(error.message)}${answered}${allowed ? ' (allowed to fail)' : ''}`
  return line('FAIL', node, { tone: allowed ? 'attention' : 'bad', took: inWords(durationMs), detail })
}

/** A rejection that is no end: the gate asks again. */
function reworkedLine(failed: NodeLine): NodeLine {
  return {
    ...failed,
    word: 'retry',
    tone: 'attention',
    detail: `${failed.detail}; reworked, then asked again`,
  }
}

function inWords(durationMs: number | undefined): string {
  return durationMs === undefined ? '' : formatDuration(durationMs)
}

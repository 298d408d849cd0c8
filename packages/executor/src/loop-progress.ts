import type { LoopNode } from '@ion/core'
import type { Failure, NewEvent, NodeState, Output } from '@ion/store'
import type { Journal } from './journal.ts'
import type { GateOpening, Move } from './move.ts'
import { outputOf } from './node-texts.ts'
import { firstIteration, nextLoopStep } from './nodes/loop.ts'
import { iterationInputs } from './part-inputs.ts'
import { iterationPath, loopGatePath } from './part-paths.ts'
import type { StoreClock } from './store-clock.ts'
import { iterationUnit } from './unit.ts'

type LoopEnding = Extract<NewEvent, { type: 'node_completed' | 'node_failed' }>

/** The event that opens a loop. */
export function startedLoop(node: LoopNode, journal: Journal): NewEvent {
  const first = firstIteration(node.id, (path) => journal.node(path))
  const payload = { type: node.type, attempt: 1, firstIteration: first }
  return { type: 'node_started', nodeId: node.id, payload }
}

/**
 * What follows in an open loop.
 *
 * @param options.from - The iteration that has just settled, or whose gate has; without it the log is looked through.
 */
export function advanceLoop(
  node: LoopNode,
  journal: Journal,
  { clock, from }: { clock: StoreClock; from?: number },
): Move {
  const state = (path: string) => journal.node(path)
  const loop = journal.node(node.id)
  const step = nextLoopStep(node, { first: firstOf(loop), ...(from === undefined ? {} : { from }) }, state)
  const last = state(iterationPath(node.id, step.iteration))
  const end = { iteration: step.iteration, last, durationMs: clock.since(loop?.startedAt ?? null) }
  switch (step.kind) {
    case 'iterate': {
      if (last?.status === 'running') return { kind: 'wait' }
      if (last?.status !== 'failed') return { kind: 'run', unit: iterationUnit(node, step.iteration) }
      const before = outputOf(state(iterationPath(node.id, step.iteration - 1)))
      return { kind: 'settle', event: failedLoop(node, { ...end, failed: last, output: before }) }
    }
    case 'ask':
      return { kind: 'ask', gate: loopGate(node, end) }
    case 'wait':
      return { kind: 'wait' }
    case 'rejected':
      return {
        kind: 'settle',
        event: rejectedLoop(node, { ...end, gate: state(loopGatePath(node.id, step.iteration)) }),
      }
    case 'complete':
      return { kind: 'settle', event: completedLoop(node, end) }
    case 'exhausted':
      return { kind: 'settle', event: exhaustedLoop(node, end) }
  }
}

function loopGate(node: LoopNode, { iteration, last }: LoopEnd): GateOpening {
  if (!node.gate) throw new Error(`the loop ${node.id} has no gate`)
  return {
    path: loopGatePath(node.id, iteration),
    message: node.gate.message,
    inputs: { ...iterationInputs(node.id, iteration), previous: iterationPath(node.id, iteration) },
    facts: { type: node.type, attempt: 1, iteration },
    done: last?.status === 'completed' && last.payload.last === true,
  }
}

function firstOf(loop: NodeState | undefined): number {
  const first = loop?.status === 'running' ? loop.payload.firstIteration : undefined
  return typeof first === 'number' ? first : 1
}

/** Where a loop stands: its current iteration, and how that stands. */
interface LoopEnd {
  iteration: number
  last: NodeState | undefined
  durationMs: number
}

function completedLoop(node: LoopNode, { iteration, last, durationMs }: LoopEnd): LoopEnding {
  const { output = '', structured, session, channel } = last?.status === 'completed' ? last.payload : {}
  return {
    type: 'node_completed',
    nodeId: node.id,
    payload: {
      output,
      durationMs,
      iterations: iteration,
      ...(structured === undefined ? {} : { structured }),
      ...(session === undefined ? {} : { session }),
      ...(typeof channel === 'string' ? { channel } : {}),
    },
  }
}

function exhaustedLoop(node: LoopNode, { iteration, last, durationMs }: LoopEnd): LoopEnding {
  const times = `${node.maxIterations} iteration${node.maxIterations === 1 ? '' : 's'}`
  const output = outputOf(last)
  const message = `not done after ${times}${node.untilField === null ? '' : lastAnswer(output)}`
  const error = { code: 'loop_exhausted', message, iterations: iteration }
  return loopFailure(node, { error, output, durationMs })
}

/** A structured answer says what is not done yet. */
function lastAnswer(output: Output | undefined): string {
  if (typeof output !== 'string') return ''
  return `; the last answer: ${output.length > 1000 ? `${output.slice(0, 999)}…` : output}`
}

interface IterationFailure extends LoopEnd {
  failed: Extract<NodeState, { status: 'failed' }>
  /** What the iteration before left. */
  output: Output | undefined
}

function failedLoop(node: LoopNode, { iteration, failed, output, durationMs }: IterationFailure): LoopEnding {
  const { message, code } = failed.payload.error
  const error = {
    code: 'iteration_failed',
    message: `iteration ${iteration}: ${message}`,
    iteration,
    cause: code,
  }
  return loopFailure(node, { error, output, durationMs })
}

/** A person has rejected what the loop came to. */
function rejectedLoop(
  node: LoopNode,
  { iteration, last, durationMs, gate }: LoopEnd & { gate: NodeState | undefined },
): LoopEnding {
  const { error, by } = gate?.status === 'failed' ? gate.payload : {}
  const rejected: Failure = { code: 'rejected', message: 'rejected', ...error, iteration }
  const facts = { decision: 'reject', ...(by === undefined ? {} : { by }) }
  return loopFailure(node, { error: rejected, output: outputOf(last), durationMs, facts })
}

function loopFailure(
  node: LoopNode,
  how: {
    error: Failure
    output: Output | undefined
    durationMs: number
    facts?: { decision: string; by?: string }
  },
): LoopEnding {
  const { error, output, durationMs, facts } = how
  const kept = output === undefined ? {} : { output }
  const allowed = node.allowFailure ? { allowed: true } : {}
  return {
    type: 'node_failed',
    nodeId: node.id,
    payload: { ...facts, error, durationMs, willRetry: false, ...kept, ...allowed },
  }
}

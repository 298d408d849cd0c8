import type { LoopNode } from '@ion/core'
import type { Failure, NewEvent, NodeState, Output } from '@ion/store'
import type { Journal } from './journal.ts'
import type { NodeContext } from './node-context.ts'
import { outputOf } from './node-texts.ts'
import { firstIteration, iterationPath, type LoopStep, nextLoopStep } from './nodes/loop.ts'
import type { Outputs } from './outputs.ts'
import type { StoreClock } from './store-clock.ts'
import type { Unit } from './unit.ts'

type LoopEvent = Extract<NewEvent, { type: 'node_started' | 'node_completed' | 'node_failed' }>

/** What a loop has to do now: an event for the loop itself, and which iteration runs next, if one does. */
export interface LoopMove {
  event: LoopEvent | null
  iterate: number | null
}

/** Opens a loop, or takes up one that was open. */
export function openLoop(node: LoopNode, journal: Journal, clock: StoreClock): LoopMove {
  if (journal.node(node.id)?.status === 'running') return advanceLoop(node, journal, { clock })
  const first = firstIteration(node.id, (path) => journal.node(path))
  const payload = { type: node.type, attempt: 1, firstIteration: first }
  return { event: { type: 'node_started', nodeId: node.id, payload }, iterate: first }
}

/**
 * What follows in an open loop.
 *
 * @param options.from - The iteration that has just settled; without it the log is looked through.
 */
export function advanceLoop(
  node: LoopNode,
  journal: Journal,
  { clock, from }: { clock: StoreClock; from?: number },
): LoopMove {
  const state = (path: string) => journal.node(path)
  const loop = journal.node(node.id)
  const step = nextLoopStep(node, { first: firstOf(loop), ...(from === undefined ? {} : { from }) }, state)
  const current = state(iterationPath(node.id, step.iteration))
  const durationMs = clock.since(loop?.startedAt ?? null)
  switch (step.kind) {
    case 'iterate': {
      if (current?.status !== 'failed') return { event: null, iterate: step.iteration }
      const before = outputOf(state(iterationPath(node.id, step.iteration - 1)))
      return { event: failedLoop(node, step, { failed: current, output: before, durationMs }), iterate: null }
    }
    case 'complete':
      return { event: completedLoop(node, step, { last: current, durationMs }), iterate: null }
    case 'exhausted':
      return { event: exhaustedLoop(node, step, { last: current, durationMs }), iterate: null }
  }
}

function firstOf(loop: NodeState | undefined): number {
  const first = loop?.status === 'running' ? loop.payload.firstIteration : undefined
  return typeof first === 'number' ? first : 1
}

interface LoopEnd {
  last: NodeState | undefined
  durationMs: number
}

function completedLoop(node: LoopNode, { iteration }: LoopStep, { last, durationMs }: LoopEnd): LoopEvent {
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

function exhaustedLoop(node: LoopNode, { iteration }: LoopStep, { last, durationMs }: LoopEnd): LoopEvent {
  const times = `${node.maxIterations} iteration${node.maxIterations === 1 ? '' : 's'}`
  const error = { code: 'loop_exhausted', message: `not done after ${times}`, iterations: iteration }
  return loopFailure(node, { error, output: outputOf(last), durationMs })
}

interface IterationFailure {
  failed: Extract<NodeState, { status: 'failed' }>
  /** What the iteration before left. */
  output: Output | undefined
  durationMs: number
}

function failedLoop(
  node: LoopNode,
  { iteration }: LoopStep,
  { failed, output, durationMs }: IterationFailure,
) {
  const { message, code } = failed.payload.error
  const error = {
    code: 'iteration_failed',
    message: `iteration ${iteration}: ${message}`,
    iteration,
    cause: code,
  }
  return loopFailure(node, { error, output, durationMs })
}

function loopFailure(
  node: LoopNode,
  { error, output, durationMs }: { error: Failure; output: Output | undefined; durationMs: number },
): LoopEvent {
  const kept = output === undefined ? {} : { output }
  const allowed = node.allowFailure ? { allowed: true } : {}
  return {
    type: 'node_failed',
    nodeId: node.id,
    payload: { error, durationMs, willRetry: false, ...kept, ...allowed },
  }
}

/** What the iteration before left for this one; `null` for the first, and for what is no iteration. */
export async function previousIteration(
  { node, iteration }: Unit,
  journal: Journal,
  outputs: Outputs,
): Promise<NodeContext['previous']> {
  if (iteration === null) return null
  const before = journal.node(iterationPath(node.id, iteration - 1))
  if (before?.status !== 'completed') return null
  const output = await outputs.load(before.payload.output ?? '')
  return { output, session: before.payload.session ?? null }
}

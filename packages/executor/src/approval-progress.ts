import type { ApprovalNode } from '@ion/core'
import type { NewEvent, NodeState } from '@ion/store'
import type { Journal } from './journal.ts'
import type { GateOpening, Move } from './move.ts'
import { type Round, roundOf } from './nodes/approval.ts'
import { reasonOf } from './part-inputs.ts'
import { reworkPath } from './part-paths.ts'
import { reworkUnit } from './unit.ts'

/** What follows in an approval: it asks, waits for its answer, or has its rejection reworked and asks again. */
export function advanceApproval(node: ApprovalNode, journal: Journal): Move {
  const gate = journal.node(node.id)
  if (gate?.status === 'waiting') return { kind: 'wait' }
  if (gate?.status !== 'retrying') {
    const firstRework = firstReworkOf(node.id, journal)
    return { kind: 'ask', gate: opening(node, { round: 1, firstRework }, journal) }
  }
  const { round, firstRework } = roundOf(gate)
  const rework = firstRework + round - 1
  const state = journal.node(reworkPath(node.id, rework))
  switch (state?.status) {
    case 'completed':
      return { kind: 'ask', gate: opening(node, { round: round + 1, firstRework }, journal) }
    case 'failed':
      return { kind: 'settle', event: failedGate(node, rework, state) }
    case 'running':
      return { kind: 'wait' }
    default:
      return { kind: 'run', unit: reworkUnit(node, rework) }
  }
}

function opening(node: ApprovalNode, { round, firstRework }: Round, journal: Journal): GateOpening {
  const last = reworkPath(node.id, firstRework + round - 2)
  return {
    path: node.id,
    message: node.message,
    inputs: { previous: node.onReject && last, asked: null, reason: reasonOf(node.id, journal) },
    facts: { type: node.type, attempt: 1, ...(node.onReject ? { round, firstRework } : {}) },
  }
}

/** Behind the reworks that are complete: a gate that opens anew after a failure has its full allowance again. */
function firstReworkOf(id: string, journal: Journal): number {
  let rework = 1
  while (journal.node(reworkPath(id, rework))?.status === 'completed') rework += 1
  return rework
}

function failedGate(
  node: ApprovalNode,
  rework: number,
  { payload }: Extract<NodeState, { status: 'failed' }>,
): Extract<NewEvent, { type: 'node_failed' }> {
  const { message, code } = payload.error
  const error = { code: 'rework_failed', message: `rework ${rework}: ${message}`, rework, cause: code }
  const allowed = node.allowFailure ? { allowed: true } : {}
  return { type: 'node_failed', nodeId: node.id, payload: { error, willRetry: false, ...allowed } }
}

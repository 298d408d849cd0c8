import { evaluateCondition, type NodeDefinition, type Scope } from '@ion/core'
import type { EventPayload, Failure, Json, NewEvent, NodeState } from '@ion/store'

/** What to do with a node whose dependencies have all settled. */
export type NodeDecision = { kind: 'start' } | { kind: 'skip'; payload: EventPayload<'node_skipped'> }

/** How a dependency settled, as trigger rules see it. */
type Standing = 'success' | 'failure' | 'skipped' | 'skipped_by_failure'

/** A failure that the author allows counts as a success; a skip that goes back to a failure is told from others. */
function standingOf(state: NodeState): Standing {
  switch (state.status) {
    case 'completed':
      return 'success'
    case 'failed':
      return state.payload.allowed ? 'success' : 'failure'
    case 'skipped':
      return state.payload.becauseOfFailure ? 'skipped_by_failure' : 'skipped'
    default:
      throw new Error(`node ${state.path} has not settled: it is ${state.status}`)
  }
}

/** Whether a node's state is one that those who depend on it wait for. */
export function hasSettled(state: NodeState | undefined): boolean {
  return state?.status === 'completed' || state?.status === 'failed' || state?.status === 'skipped'
}

/**
 * Whether a node runs: its trigger rule over its direct dependencies, then its condition. Pure.
 *
 * @param dependencies - How each direct dependency settled.
 * @param scope - What the condition's references stand for.
 * @throws {UnresolvedReferenceError} when the condition refers to what has no value.
 */
export function decideNode(
  node: Pick<NodeDefinition, 'triggerRule' | 'when'>,
  dependencies: NodeState[],
  scope: Scope,
): NodeDecision {
  const blocked = checkTriggerRule(node, dependencies)
  if (blocked) return blocked
  if (!node.when) return { kind: 'start' }
  const { result, comparisons, problem } = evaluateCondition(node.when, scope)
  if (result) return { kind: 'start' }
  const reason = {
    rule: 'when',
    expression: node.when.source,
    comparisons: comparisons.map((comparison): Json => ({ ...comparison })),
    ...(problem === undefined ? {} : { problem }),
  }
  return { kind: 'skip', payload: { reason } }
}

/** A node that can't be decided on has failed before it started: its condition or its message lacks a value. */
export function undecidable(
  node: NodeDefinition,
  error: unknown,
): Extract<NewEvent, { type: 'node_failed' }> {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'internal'
  const failure: Failure = { code, message: error instanceof Error ? error.message : String(error) }
  const allowed = node.allowFailure ? { allowed: true } : {}
  return { type: 'node_failed', nodeId: node.id, payload: { error: failure, willRetry: false, ...allowed } }
}

function checkTriggerRule(
  { triggerRule }: Pick<NodeDefinition, 'triggerRule'>,
  dependencies: NodeState[],
): NodeDecision | null {
  if (dependencies.length === 0) return null
  const standings = dependencies.map(standingOf)
  const succeeded = standings.filter((standing) => standing === 'success').length
  const broken = standings.filter(isBroken).length
  const holds = {
    all_success: succeeded === standings.length,
    one_success: succeeded > 0,
    none_failed_min_one_success: broken === 0 && succeeded > 0,
    all_done: true,
  }[triggerRule]
  if (holds) return null
  const upstream = dependencies
    .map(({ path, status }, index) => ({ node: path, status, standing: standings[index] ?? 'failure' }))
    .filter(({ standing }) => standing !== 'success')
  const reason = { rule: triggerRule, upstream }
  return { kind: 'skip', payload: { reason, ...(broken > 0 ? { becauseOfFailure: true } : {}) } }
}

function isBroken(standing: Standing): boolean {
  return standing === 'failure' || standing === 'skipped_by_failure'
}

/** How a run ends whose nodes have all settled. */
export type RunEnd = { status: 'completed' } | { status: 'failed'; error: Failure }

/**
 * How a run ends: failed when a node failed whose failure is not allowed, or when nothing completed. Pure.
 *
 * @param states - Every node's state, all settled.
 */
export function decideEnd(states: NodeState[]): RunEnd {
  const failed: { node: string; message: string }[] = []
  let completed = 0
  for (const state of states) {
    if (state.status === 'completed') completed += 1
    if (state.status === 'failed' && !state.payload.allowed) {
      failed.push({ node: state.path, message: state.payload.error.message })
    }
  }
  if (failed.length > 0) {
    const message = failed.map(({ node, message: why }) => `${node}: ${why}`).join('; ')
    return {
      status: 'failed',
      error: { code: 'node_failed', message, nodes: failed.map(({ node }) => node) },
    }
  }
  if (completed === 0) {
    return {
      status: 'failed',
      error: { code: 'nothing_completed', message: 'no node completed: all were skipped' },
    }
  }
  return { status: 'completed' }
}

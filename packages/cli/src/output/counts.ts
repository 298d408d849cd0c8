import type { NodeState } from '@ion/store'
import { formatDuration } from './duration.ts'

/** How many nodes came to what. */
export interface NodeCounts {
  completed: number
  failed: number
  skipped: number
  waiting: number
  /** Neither settled nor waiting for a person. */
  open: number
}

/**
 * Counts nodes, not what runs inside them.
 *
 * @param declared - Ids of the workflow's nodes; those that have no state yet are open.
 */
export function countNodes(nodes: ReadonlyMap<string, NodeState>, declared: Iterable<string>): NodeCounts {
  const counts: NodeCounts = { completed: 0, failed: 0, skipped: 0, waiting: 0, open: 0 }
  const ids = new Set([...declared, ...[...nodes.keys()].filter((path) => !path.includes('/'))])
  for (const id of ids) {
    const status = nodes.get(id)?.status ?? 'pending'
    if (status === 'pending' || status === 'running' || status === 'retrying') counts.open += 1
    else counts[status] += 1
  }
  return counts
}

/**
 * The counts in one line.
 *
 * @example
 * formatCounts({ completed: 4, failed: 1, skipped: 2, waiting: 0, open: 0 }, 12_300)
 * // '4 completed, 1 failed, 2 skipped in 12.3s'
 */
export function formatCounts(counts: NodeCounts, durationMs: number): string {
  const { completed, failed, skipped, waiting, open } = counts
  const parts = [`${completed} completed`]
  if (failed > 0) parts.push(`${failed} failed`)
  if (skipped > 0) parts.push(`${skipped} skipped`)
  if (waiting > 0) parts.push(`${waiting} waiting`)
  if (open > 0) parts.push(`${open} not done`)
  return `${parts.join(', ')} in ${formatDuration(durationMs)}`
}

import type { EventPayload, Json } from '@ion/store'

/**
 * Why a node was skipped, in one line.
 *
 * @example
 * describeSkip({ reason: { rule: 'when', expression: "$a.output == 'x'", comparisons: [] } })
 */
export function describeSkip({ reason }: Pick<EventPayload<'node_skipped'>, 'reason'>): string {
  const { rule, expression, comparisons, problem, upstream } = reason
  if (rule === 'when') {
    const values = list(comparisons).flatMap(describeComparison)
    const why = typeof problem === 'string' ? problem : values.join(', ')
    return `when: ${String(expression)}${why ? ` (${why})` : ''}`
  }
  const standings = list(upstream).flatMap(describeUpstream)
  return standings.length > 0 ? `upstream ${standings.join(', ')} (${rule})` : rule
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value : []
}

function describeComparison(comparison: Json): string[] {
  if (typeof comparison !== 'object' || comparison === null || Array.isArray(comparison)) return []
  const { expression, left } = comparison
  return typeof left === 'string' ? [`${String(expression)} with ${JSON.stringify(cut(left))}`] : []
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function describeUpstream(upstream: Json): string[] {
  if (typeof upstream !== 'object' || upstream === null || Array.isArray(upstream)) return []
  const { node, status } = upstream
  return typeof node === 'string' && typeof status === 'string' ? [`${node} ${status}`] : []
}

import type { Span } from '@ion/core'
import type { Nodes } from 'mdast'

/** Where a node stands. */
export function spanOf(node: Nodes): Span {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 }
}

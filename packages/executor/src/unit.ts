import type { LoopNode, NodeDefinition } from '@ion/core'
import { iterationPath } from './nodes/loop.ts'

/** Something with a body: a node, or one iteration of a loop. It has a path of its own in the log. */
export type Unit =
  | { path: string; node: Exclude<NodeDefinition, LoopNode>; iteration: null }
  | { path: string; node: LoopNode; iteration: number }

/** The unit that a node without inner parts is. */
export function nodeUnit(node: Exclude<NodeDefinition, LoopNode>): Unit {
  return { path: node.id, node, iteration: null }
}

/** One iteration of a loop. */
export function iterationUnit(node: LoopNode, iteration: number): Unit {
  return { path: iterationPath(node.id, iteration), node, iteration }
}

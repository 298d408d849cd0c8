import type { ApprovalNode, LoopNode, NodeDefinition } from '@ion/core'
import { iterationPath, reworkPath } from './part-paths.ts'

/** A node that is its own body. */
export type SimpleNode = Exclude<NodeDefinition, LoopNode | ApprovalNode>

/**
 * Something with a body: a node, one iteration of a loop, or one rework of what a gate's rejection was about. It has a path
 * of its own in the log.
 */
export type Unit =
  | { path: string; node: SimpleNode; iteration: null }
  | { path: string; node: LoopNode; iteration: number }
  | { path: string; node: ApprovalNode; iteration: number }

/** The unit that a node without inner parts is. */
export function nodeUnit(node: SimpleNode): Unit {
  return { path: node.id, node, iteration: null }
}

/** One iteration of a loop. */
export function iterationUnit(node: LoopNode, iteration: number): Unit {
  return { path: iterationPath(node.id, iteration), node, iteration }
}

/** One rework of what a gate's rejection was about. */
export function reworkUnit(node: ApprovalNode, rework: number): Unit {
  return { path: reworkPath(node.id, rework), node, iteration: rework }
}

import { type CancelNode, renderTemplate } from '@ion/core'
import type { Runner } from '../node-context.ts'

/** Ends the run as cancelled; the node's output is the reason. */
export const runCancel: Runner<CancelNode> = async (node, { scope }) => {
  return { output: renderTemplate(node.reason, scope) }
}

import type { BashNode } from '@ion/core'
import type { Runner } from '../node-context.ts'
import { runBashScript } from './run-bash-script.ts'
import { completedBy } from './run-program.ts'

/** Runs the node's script; its output is stdout. Fails unless the script exits with 0, and keeps what it printed. */
export const runBash: Runner<BashNode> = async (node, context) =>
  completedBy(await runBashScript(node.script, context))

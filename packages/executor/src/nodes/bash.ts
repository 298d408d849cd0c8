import type { BashNode } from '@ion/core'
import type { Runner } from '../node-context.ts'
import { NodeFailure } from '../node-failure.ts'
import { runBashScript } from './run-bash-script.ts'

/** `EX_TEMPFAIL` of sysexits.h: a script's way to say that trying again may help. */
const temporaryFailure = 75

/** Runs the node's script; its output is stdout. Fails unless the script exits with 0, and keeps what it printed. */
export const runBash: Runner<BashNode> = async (node, context) => {
  const { output, exitCode, signal, stderr } = await runBashScript(node.script, context)
  if (exitCode === 0) return { output, exitCode }
  const how = exitCode === null ? `was ended by ${signal}` : `exited with ${exitCode}`
  throw new NodeFailure('exit_code', `the script ${how}${lastLine(stderr)}`, {
    output,
    transient: exitCode === temporaryFailure,
    ...(exitCode === null ? {} : { exitCode }),
    details: { ...(signal ? { signal } : {}), ...(stderr ? { stderr } : {}) },
  })
}

function lastLine(stderr: string): string {
  const line = stderr.split('\n').at(-1) ?? ''
  return line === '' ? '' : `: ${line}`
}

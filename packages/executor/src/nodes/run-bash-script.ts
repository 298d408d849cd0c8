import { type BashTemplate, bashAssignments, referenceText, resolveReference } from '@ion/core'
import type { NodeContext } from '../node-context.ts'
import { fitEnvironment, longestArgumentBytes } from '../process/fit-environment.ts'
import { ScratchFiles } from '../process/scratch-files.ts'
import { type ProgramResult, runProgram } from './run-program.ts'

/**
 * Runs a bash script in the node's environment. The values of its references are set as shell variables by a file that
 * the script reads first, so they may be of any size, and none of them is ever program text.
 *
 * @throws {NodeFailure} when a value can't be given to bash, the process can't start, or stdout is over the bound.
 */
export async function runBashScript(template: BashTemplate, context: NodeContext): Promise<ProgramResult> {
  const files = new ScratchFiles(context)
  try {
    const { env, tooLong } = await fitEnvironment(context.env, files)
    // What is too long for an environment is a variable of the script alone.
    const long = tooLong.map(({ name, value }) => ({ variable: name, value }))
    const script = await withValues(template.script, [...bindingValues(template, context), ...long], files)
    const args = await scriptArguments(script, files)
    return await runProgram({ command: 'bash', args, env }, context)
  } finally {
    await files.remove()
  }
}

interface ShellValue {
  variable: string
  value: string
}

function bindingValues(template: BashTemplate, { scope }: NodeContext): ShellValue[] {
  return template.bindings.map(({ variable, reference }) => ({
    variable,
    value: referenceText(resolveReference(reference, scope)),
  }))
}

/** The line numbers of the script stay the author's: what comes before it stands on its first line. */
async function withValues(script: string, values: ShellValue[], files: ScratchFiles): Promise<string> {
  if (values.length === 0) return script
  const file = await files.write('values.sh', bashAssignments(values))
  return `. ${quote(file)}; ${script}`
}

async function scriptArguments(script: string, files: ScratchFiles): Promise<string[]> {
  if (Buffer.byteLength(script) <= longestArgumentBytes) return ['-c', script]
  return [await files.write('script.sh', script)]
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

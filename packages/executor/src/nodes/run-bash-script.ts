import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BashTemplate, bashAssignments, referenceText, resolveReference } from '@ion/core'
import type { NodeContext } from '../node-context.ts'
import { NodeFailure } from '../node-failure.ts'
import { tooMuchOutput } from '../output-limit.ts'
import { OutputBuffer, Tail, withoutLastNewline } from '../process/output-buffer.ts'
import { runProcess } from '../process/run-process.ts'

/** Linux takes at most 128 KiB in one argument or one `NAME=value`; this leaves room for the name. */
const longestArgumentBytes = 120 * 1024

/** What a bash script gave. */
export interface ScriptResult {
  /** stdout, less one trailing newline. */
  output: string
  exitCode: number | null
  signal: NodeJS.Signals | null
  /** The end of stderr, for messages. */
  stderr: string
}

/**
 * Runs a bash script in the node's environment. The values of its references are set as shell variables by a file that
 * the script reads first, so they may be of any size, and none of them is ever program text.
 *
 * @throws {NodeFailure} when a value can't be given to bash, the process can't start, or stdout is over the bound.
 */
export async function runBashScript(template: BashTemplate, context: NodeContext): Promise<ScriptResult> {
  const { env, tooLong } = splitEnvironment(context.env)
  const values = [...bindingValues(template, context), ...tooLong]
  const files: string[] = []
  try {
    const script = await withValues(template.script, values, context, files)
    const stdout = new OutputBuffer(context.maxOutputBytes)
    const stderr = new Tail(4_096)
    const args = await scriptArguments(script, context, files)
    const { exitCode, signal } = await runProcess({
      command: 'bash',
      args,
      cwd: context.cwd,
      env,
      signal: context.signal,
      killAfterMs: context.killAfterMs,
      onOutput(stream, bytes) {
        if (stream === 'stdout') stdout.push(bytes)
        else stderr.push(bytes)
        return context.output(stream, bytes)
      },
    })
    if (stdout.overflowed) throw tooMuchOutput(stdout.bytes, context)
    return { output: withoutLastNewline(stdout.text()), exitCode, signal, stderr: stderr.text() }
  } finally {
    await Promise.all(files.map((file) => rm(file, { force: true })))
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

/** What is too long for an environment becomes a shell variable of the script alone. */
function splitEnvironment(all: { [name: string]: string }) {
  const env: { [name: string]: string } = {}
  const tooLong: ShellValue[] = []
  for (const [name, value] of Object.entries(all)) {
    if (value.includes('\0')) {
      throw new NodeFailure('nul_in_environment', `the environment variable ${name} contains a NUL character`)
    }
    // A UTF-16 code unit has at most 3 bytes in UTF-8, so most values need no counting.
    const long = value.length * 3 > longestArgumentBytes && Buffer.byteLength(value) > longestArgumentBytes
    if (long) tooLong.push({ variable: name, value })
    else env[name] = value
  }
  return { env, tooLong }
}

/** The line numbers of the script stay the author's: what comes before it stands on its first line. */
async function withValues(script: string, values: ShellValue[], context: NodeContext, files: string[]) {
  if (values.length === 0) return script
  const file = await scratchFile(context, 'values.sh', bashAssignments(values), files)
  return `. ${quote(file)}; ${script}`
}

async function scriptArguments(script: string, context: NodeContext, files: string[]): Promise<string[]> {
  if (Buffer.byteLength(script) <= longestArgumentBytes) return ['-c', script]
  return [await scratchFile(context, 'script.sh', script, files)]
}

async function scratchFile(context: NodeContext, name: string, text: string, files: string[]) {
  await mkdir(context.scratch, { recursive: true })
  const { path, attempt, scratch } = context
  const file = join(scratch, `${path.replaceAll('/', '.')}.${attempt}.${name}`)
  files.push(file)
  await writeFile(file, text, { mode: 0o600 })
  return file
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

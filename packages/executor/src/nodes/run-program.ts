import type { NodeContext, NodeResult } from '../node-context.ts'
import { NodeFailure } from '../node-failure.ts'
import { tooMuchOutput } from '../output-limit.ts'
import { OutputBuffer, Tail, withoutLastNewline } from '../process/output-buffer.ts'
import { runProcess } from '../process/run-process.ts'

/** `EX_TEMPFAIL` of sysexits.h: a script's way to say that trying again may help. */
const temporaryFailure = 75

/** A program as a process: its text is written by a person, its environment fits. */
export interface Program {
  command: string
  args: string[]
  env: { [name: string]: string }
  /** What it reads on stdin; without it stdin is empty. */
  input?: string
}

/** What a program gave. */
export interface ProgramResult {
  /** stdout, less one trailing newline. */
  output: string
  exitCode: number | null
  signal: NodeJS.Signals | null
  /** The end of stderr, for messages. */
  stderr: string
}

/**
 * Runs a program for a node, where the node's processes run, and keeps what it prints.
 *
 * @throws {NodeFailure} when the process can't start, or stdout is over the bound; the signal's reason.
 */
export async function runProgram(program: Program, context: NodeContext): Promise<ProgramResult> {
  const stdout = new OutputBuffer(context.maxOutputBytes)
  const stderr = new Tail(4_096)
  const { exitCode, signal } = await runProcess({
    ...program,
    cwd: context.cwd,
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
}

/**
 * What a program's end means for its node: exit code 0 completes it.
 *
 * @throws {NodeFailure} `exit_code`, with what was printed.
 */
export function completedBy({ output, exitCode, signal, stderr }: ProgramResult): NodeResult {
  if (exitCode === 0) return { output, exitCode }
  const how = exitCode === null ? `was ended by ${signal}` : `exited with ${exitCode}`
  throw new NodeFailure('exit_code', `the script ${how}${lastLine(stderr)}`, {
    output,
    transient: exitCode === temporaryFailure,
    ...(exitCode === null ? {} : { exitCode }),
    details: { ...(signal ? { signal } : {}), ...(stderr ? { stderr } : {}) },
  })
}

/** The line that says most: the last one, or what stands above the trace where Node or bun have signed below it. */
function lastLine(stderr: string): string {
  const lines = stderr.split('\n')
  const signed = /^(?:Node\.js|Bun) v\d/.test(lines.at(-1) ?? '')
  const line = (signed ? lines.findLast(isMessage) : undefined) ?? lines.at(-1)
  return line ? `: ${line}` : ''
}

function isMessage(line: string): boolean {
  return /^(?:Uncaught )?(?:\w*(?:Error|Exception)\b|error:)/.test(line)
}

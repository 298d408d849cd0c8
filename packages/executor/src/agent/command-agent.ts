import { NodeFailure } from '../node-failure.ts'
import { OutputBuffer, Tail, withoutLastNewline } from '../process/output-buffer.ts'
import { runProcess } from '../process/run-process.ts'
import type { PromptHandler } from './prompt-handler.ts'

export interface CommandAgentOptions {
  /** A shell command, such as `claude -p`. */
  command: string
  /** Milliseconds between SIGTERM and SIGKILL when it is ended. Default 5,000. */
  killAfterMs?: number
  /** The longest answer, in bytes. Default 16 MiB. */
  maxOutputBytes?: number
}

/**
 * Exit codes that another try won't change: a misuse (2), and a command that can't be run (126) or found (127). The rest
 * is retried, as an agent's failure mostly is its provider's.
 */
const lasting: ReadonlySet<number | null> = new Set([2, 126, 127])

/**
 * An agent that is a command: the prompt goes to its stdin, its stdout is the answer, streamed as it comes.
 *
 * @example
 * await executeWorkflow({ store, workflow, prompt: createCommandAgent({ command: 'claude -p' }) })
 */
export function createCommandAgent(options: CommandAgentOptions): PromptHandler {
  const { command, killAfterMs = 5_000, maxOutputBytes = 16 * 1024 * 1024 } = options
  return async ({ prompt }, { signal, cwd, env, write }) => {
    const stdout = new OutputBuffer(maxOutputBytes)
    const stderr = new Tail(4_096)
    const end = await runProcess({
      command: 'bash',
      args: ['-c', command],
      cwd,
      env,
      input: prompt,
      signal,
      killAfterMs,
      onOutput(stream, bytes) {
        if (stream === 'stdout') stdout.push(bytes)
        else stderr.push(bytes)
        write(bytes)
      },
    })
    if (end.exitCode !== 0) throw failureOf(command, end.exitCode, end.signal, stderr.text())
    if (stdout.overflowed) {
      throw new NodeFailure(
        'output_too_large',
        `the agent's answer has ${stdout.bytes} bytes, the limit is ${maxOutputBytes}`,
      )
    }
    return withoutLastNewline(stdout.text())
  }
}

function failureOf(
  command: string,
  exitCode: number | null,
  signal: string | null,
  stderr: string,
): NodeFailure {
  const how = exitCode === null ? `was ended by ${signal}` : `exited with ${exitCode}`
  const last = stderr.split('\n').at(-1) ?? ''
  return new NodeFailure(
    'agent_failed',
    `the agent ${JSON.stringify(command)} ${how}${last ? `: ${last}` : ''}`,
    {
      transient: !lasting.has(exitCode),
      ...(exitCode === null ? {} : { exitCode }),
      ...(stderr ? { details: { stderr } } : {}),
    },
  )
}

import type { JsonObject } from '@ion/core'
import type { Usage } from '@ion/store'
import { NodeFailure } from '../node-failure.ts'
import { beginning, OutputBuffer, Tail, withoutLastNewline } from '../process/output-buffer.ts'
import { type ProcessEnd, runProcess } from '../process/run-process.ts'
import { type AgentArguments, withArguments } from './agent-arguments.ts'
import { type AgentOutput, readAnswer, readError, readUsage, readValues } from './agent-output.ts'
import type { PromptContext, PromptHandler, PromptRequest, PromptResult } from './prompt-handler.ts'

/** A command that answers prompts. */
export interface CommandAgentOptions {
  /** A shell command, such as `claude -p`; or a program and its arguments, which no shell reads. */
  command: string | readonly string[]
  /**
   * How the prompt gets in: on stdin, or as the last argument. One that is too long for an argument (128 KiB), or has a NUL
   * character, goes to stdin all the same. Default `stdin`.
   */
  input?: 'stdin' | 'argument'
  /** What the command prints. Default: its stdout is the answer. */
  output?: AgentOutput
  /** Arguments that are added when a node names a model, a schema, or a conversation. */
  args?: AgentArguments
  /** Added to the environment of the node's processes. */
  env?: { readonly [name: string]: string }
  /** Milliseconds between SIGTERM and SIGKILL when it is ended. Default 5,000. */
  killAfterMs?: number
  /** The longest output, in bytes. Default 16 MiB. */
  maxOutputBytes?: number
}

/**
 * Exit codes that another try won't change: a misuse (2), and a command that can't be run (126) or found (127). The rest
 * is retried, as an agent's failure mostly is its provider's.
 */
const lasting: ReadonlySet<number | null> = new Set([2, 126, 127])

/** The longest argument that Linux takes, its closing NUL included. */
const maxArgumentBytes = 128 * 1024

/**
 * An agent that is a command. Where the node wants an answer of a certain form, and `args.schema` doesn't tell the command,
 * the schema is added to the prompt.
 *
 * @example
 * await executeWorkflow({ store, workflow, prompt: createCommandAgent({ command: 'claude -p' }) })
 */
export function createCommandAgent(options: CommandAgentOptions): PromptHandler {
  const { args = {}, maxOutputBytes = 16 * 1024 * 1024 } = options
  return async (request, context) => {
    const { agent, outputFormat, session } = request
    const values = { model: modelOf(agent), schema: outputFormat, session }
    const prompt = promptFor(request, args)
    const stdout = new OutputBuffer(maxOutputBytes)
    const stderr = new Tail(4_096)
    const end = await withArguments(args, values, async (more) => {
      const { argv, input } = commandLine(options, more, prompt)
      return await run(options, { argv, input, context, stdout, stderr })
    })
    return answerOf(options, { end, stdout, stderr: stderr.text(), maxOutputBytes })
  }
}

function modelOf({ model }: JsonObject): string | null {
  return typeof model === 'string' && model !== '' ? model : null
}

function promptFor({ prompt, outputFormat }: PromptRequest, { schema }: AgentArguments): string {
  if (outputFormat === null || schema !== undefined) return prompt
  return `${prompt}

Answer with one JSON value and nothing else. It must fit this JSON Schema:
${JSON.stringify(outputFormat)}`
}

/** A shell command gets its arguments behind its last word. */
function commandLine(
  { command, input = 'stdin' }: CommandAgentOptions,
  more: readonly string[],
  prompt: string,
): { argv: string[]; input: string } {
  const fits = Buffer.byteLength(prompt) < maxArgumentBytes && !prompt.includes('\0')
  const byArgument = input === 'argument' && fits
  const args = byArgument ? [...more, prompt] : [...more]
  const stdin = byArgument ? '' : prompt
  if (typeof command !== 'string') return { argv: [...command, ...args], input: stdin }
  const script = args.length === 0 ? command : `${command} "$@"`
  return { argv: ['bash', '-c', script, 'bash', ...args], input: stdin }
}

async function run(
  { env, killAfterMs = 5_000 }: CommandAgentOptions,
  call: { argv: string[]; input: string; context: PromptContext; stdout: OutputBuffer; stderr: Tail },
): Promise<ProcessEnd> {
  const { argv, input, context, stdout, stderr } = call
  const [command = '', ...args] = argv
  return await runProcess({
    command,
    args,
    cwd: context.cwd,
    env: { ...context.env, ...env },
    input,
    signal: context.signal,
    killAfterMs,
    onOutput(stream, bytes) {
      if (stream === 'stdout') stdout.push(bytes)
      else stderr.push(bytes)
      return context.write(bytes)
    },
  })
}

interface Printed {
  end: ProcessEnd
  stdout: OutputBuffer
  stderr: string
  maxOutputBytes: number
}

function answerOf(options: CommandAgentOptions, printed: Printed): string | PromptResult {
  const { output = { format: 'text' } } = options
  const { end, stdout, maxOutputBytes } = printed
  if (stdout.overflowed && end.exitCode === 0) {
    const size = `the agent's answer has ${stdout.bytes} bytes, the limit is ${maxOutputBytes}`
    const message = `${size}; all of it is in the node's log`
    throw new NodeFailure('output_too_large', message)
  }
  if (output.format === 'text') {
    if (end.exitCode !== 0) throw failureOf(options, printed)
    return withoutLastNewline(stdout.text())
  }
  const values = readValues(stdout.text(), output.format)
  // Some agents say why they have failed where others only talk.
  const said = readError(values ?? readValues(printed.stderr, 'json') ?? [], output)
  const usage = readUsage(values ?? [], output)
  if (end.exitCode !== 0 || said !== null) throw failureOf(options, printed, { said, usage })
  if (values === null) {
    const start = beginning(stdout.text().trim(), 200)
    const what = start === '' ? 'nothing' : JSON.stringify(start)
    throw new NodeFailure('agent_answer', `the agent was to print JSON, and printed ${what}`)
  }
  return readAnswer(values, output)
}

/** The agent's own words say more than what it printed last. */
function failureOf(
  { command }: CommandAgentOptions,
  { end: { exitCode, signal }, stderr }: Printed,
  { said, usage }: { said: string | null; usage: Usage[] } = { said: null, usage: [] },
): NodeFailure {
  const how =
    exitCode === null
      ? `was ended by ${signal}`
      : exitCode === 0
        ? 'reported a failure'
        : `exited with ${exitCode}`
  const why = said ?? stderr.split('\n').at(-1) ?? ''
  const name = typeof command === 'string' ? command : command.join(' ')
  return new NodeFailure('agent_failed', `the agent ${JSON.stringify(name)} ${how}${why ? `: ${why}` : ''}`, {
    transient: !lasting.has(exitCode),
    ...(exitCode === null ? {} : { exitCode }),
    ...(usage.length === 0 ? {} : { usage }),
    ...(stderr ? { details: { stderr } } : {}),
  })
}

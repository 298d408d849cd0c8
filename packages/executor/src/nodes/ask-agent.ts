import type { JsonObject } from '@ion/core'
import { isJson, type Json, type LogLevel, type Usage, usageSchema } from '@ion/store'
import type { PromptHandler, PromptResult } from '../agent/prompt-handler.ts'
import type { NodeContext, NodeResult } from '../node-context.ts'
import { NodeFailure, Stop } from '../node-failure.ts'
import { tooMuchOutput } from '../output-limit.ts'
import { askStructured } from '../structured-output.ts'
import { isTransient } from '../transient.ts'

export interface Question {
  prompt: string
  agent: JsonObject
  /** The conversation to go on with; `null` for a new one. */
  session: string | null
  /** The JSON Schema that the answer must fit; without it any text will do. */
  outputFormat?: JsonObject | null
}

/**
 * Puts a prompt to the host and checks the answer. One that must fit a schema and doesn't is asked for again.
 *
 * @throws the signal's reason; {NodeFailure} `agent_failed`, `agent_answer` or `output_format`.
 */
export async function askAgent(question: Question, context: NodeContext): Promise<NodeResult> {
  const { prompt, session, outputFormat } = question
  if (outputFormat) {
    return await askStructured({
      prompt,
      session,
      outputFormat,
      ask: async (call) => await askOnce({ ...question, ...call }, context),
      onMiss: (reasons) => context.log('warn', 'the answer does not fit, asking again', { reasons }),
    })
  }
  const answer = await askOnce({ ...question, ask: 1 }, context)
  const { output, structured } = answer
  return {
    output,
    ...(structured === undefined ? {} : { structured }),
    ...(answer.session === undefined ? {} : { session: answer.session }),
  }
}

/** A question, and how often it has been put, this time included. */
type Asking = Question & { ask: number }

/** One call, which is counted however it ends. */
async function askOnce(asking: Asking, context: NodeContext): Promise<PromptResult> {
  const { prompt, agent } = asking
  const ask = context.prompt
  if (!ask) throw new NodeFailure('missing_agent', 'the host gives no agent')
  const end = context.calls.begin({ prompt, agent, agentName: context.agentName(agent) })
  let usage: Usage[] = []
  try {
    const result = resultOf(await callHost(ask, asking, context))
    usage = usageOf(result)
    const fault = faultOf(result)
    if (fault) throw unusable(fault)
    const bytes = Buffer.byteLength(result.output)
    if (bytes > context.maxOutputBytes) throw tooMuchOutput(bytes, context)
    end({ output: result.output, usage })
    return result
  } catch (thrown) {
    const error = failureOf(thrown, context)
    end({ usage: paidFor(thrown, context) ?? usage, error: codeOf(error) })
    throw error
  }
}

/** What a call has failed with: once it was told to end that is the reason, whatever the host makes of it. */
function failureOf(thrown: unknown, { signal }: NodeContext): unknown {
  if (signal.aborted) return signal.reason
  if (thrown instanceof NodeFailure) return thrown
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return new NodeFailure('agent_failed', why, { transient: isTransient(thrown) }, { cause: thrown })
}

function codeOf(error: unknown): string {
  if (error instanceof NodeFailure) return error.code
  return error instanceof Stop ? error.reason : 'internal'
}

/** What a call cost that failed, where the failure says so. */
function paidFor(error: unknown, context: NodeContext): Usage[] | undefined {
  const reported = error instanceof NodeFailure ? error.facts.usage : undefined
  const checked = usageSchema.array().optional().safeParse(reported)
  if (checked.success) return checked.data
  context.log('warn', 'what the failed call cost is not counted: its usage has the wrong shape')
  return undefined
}

async function callHost(
  host: PromptHandler,
  { prompt, agent, session, outputFormat = null, ask }: Asking,
  context: NodeContext,
): Promise<string | PromptResult> {
  const { runId, workflowName, path, attempt, signal, cwd, env } = context
  // Asking again is other work: a system that ignores repeats must not ignore it.
  const idempotencyKey = ask === 1 ? context.idempotencyKey : `${context.idempotencyKey}:ask-${ask}`
  const request = {
    prompt,
    runId,
    workflowName,
    nodeId: path,
    attempt,
    agent,
    outputFormat,
    session,
    idempotencyKey,
  }
  const write = (chunk: string | Uint8Array) => {
    const written = context.output('agent', typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    // A handler need not wait: the log reports its own faults when it is closed.
    written?.catch(() => {})
    return written
  }
  const log = (level: LogLevel, message: string, data?: Json) => context.log(level, message, data)
  const answer = host(request, { signal, cwd, env, write, log })
  return await untilAborted(Promise.resolve(answer), context)
}

/** A host that doesn't heed the signal is waited for no longer than a process would be. */
async function untilAborted<T>(answer: Promise<T>, { signal, killAfterMs }: NodeContext): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const abandoned = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(signal.reason), killAfterMs + 1_000)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([answer, abandoned])
  } finally {
    clearTimeout(timer)
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}

function unusable(fault: string): NodeFailure {
  return new NodeFailure('agent_answer', `the agent's answer is unusable: ${fault}`)
}

/** A host need not be typed: whatever it gives is looked at. */
function resultOf(answer: string | PromptResult): PromptResult {
  const result = typeof answer === 'string' ? { output: answer } : answer
  if (typeof result !== 'object' || result === null) throw unusable('it is neither a string nor an object')
  return result
}

function usageOf({ usage = [] }: PromptResult): Usage[] {
  const entries = Array.isArray(usage) ? usage : [usage]
  for (const entry of entries) {
    const checked = usageSchema.safeParse(entry)
    if (!checked.success) throw unusable(`\`usage\`: ${checked.error.issues[0]?.message ?? 'wrong shape'}`)
  }
  return entries
}

function faultOf(result: PromptResult): string | null {
  if (typeof result.output !== 'string') return '`output` is no string'
  if (result.structured !== undefined && !isJson(result.structured)) return '`structured` is no JSON value'
  if (result.session !== undefined && typeof result.session !== 'string') return '`session` is no string'
  return null
}

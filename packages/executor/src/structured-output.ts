import { compileJsonSchema, type JsonObject, type JsonValue, parseOutput, type SchemaMiss } from '@ion/core'
import type { PromptResult } from './agent/prompt-handler.ts'
import { NodeFailure } from './node-failure.ts'

/** How often an answer that doesn't fit is asked for again. */
const repeats = 2
/** More reasons than this help nobody. */
const mostReasons = 20

/** One call of the agent for a structured answer. */
export interface StructuredAsk {
  prompt: string
  session: string | null
  /** 1, 2, 3. */
  ask: number
}

/** What a structured question needs. */
export interface StructuredQuestion {
  prompt: string
  session: string | null
  outputFormat: JsonObject
  ask(call: StructuredAsk): Promise<PromptResult>
  /** Told before the agent is asked again. */
  onMiss(reasons: string[]): void
}

/** An answer that fits. */
export interface StructuredAnswer {
  /** The value as compact JSON. */
  output: string
  structured: JsonValue
  session?: string
}

/**
 * Asks for an answer that fits a JSON Schema. One that doesn't is asked for again, in the same conversation where there is
 * one, with the reasons named.
 *
 * @throws {NodeFailure} `output_format` after three answers that don't fit; what `ask` throws.
 */
export async function askStructured(question: StructuredQuestion): Promise<StructuredAnswer> {
  const { outputFormat, onMiss } = question
  let next = { prompt: question.prompt, session: question.session }
  for (let ask = 1; ; ask++) {
    const answer = await question.ask({ ...next, ask })
    const read = readStructured(answer, outputFormat)
    if ('value' in read) return result(answer, read.value)
    if (ask > repeats) throw misfit(answer.output, { reasons: read.reasons, asks: ask })
    onMiss(read.reasons)
    next = followUp(question.prompt, answer, read.reasons)
  }
}

function result(answer: PromptResult, value: JsonValue): StructuredAnswer {
  return {
    output: JSON.stringify(value),
    structured: value,
    ...(answer.session === undefined ? {} : { session: answer.session }),
  }
}

/**
 * The value of an answer, if it fits: its structured part, else its text as JSON (a code fence around it is tolerated).
 *
 * @returns the value, or why there is none.
 */
export function readStructured(
  { output, structured }: Pick<PromptResult, 'output' | 'structured'>,
  schema: JsonObject,
): { value: JsonValue } | { reasons: string[] } {
  const parsed = structured === undefined ? parseOutput(output) : { value: structured }
  if (parsed === undefined) return { reasons: ['it is not JSON'] }
  const compiled = compileJsonSchema(schema)
  const misses = 'misses' in compiled ? compiled.misses(parsed.value) : compiled
  if (misses.length === 0) return { value: parsed.value }
  const reasons = misses.slice(0, mostReasons).map(reasonOf)
  const more = misses.length - reasons.length
  return { reasons: more > 0 ? [...reasons, `and ${more} more`] : reasons }
}

function reasonOf({ path, message }: SchemaMiss): string {
  return path.length === 0 ? message : `\`${path.join('.')}\` ${message}`
}

/** In a conversation the complaint is enough; an agent that remembers nothing needs the question again. */
function followUp(prompt: string, { output, session }: PromptResult, reasons: string[]) {
  const complaint = `Your answer can't be used, as it does not fit the JSON Schema that was asked for:
${reasons.map((reason) => `- ${reason}`).join('\n')}
Answer again, with nothing but a JSON value that fits.`
  if (session !== undefined) return { prompt: complaint, session }
  return { prompt: `${prompt}\n\nYou answered:\n\n${output}\n\n${complaint}`, session: null }
}

function misfit(output: string, { reasons, asks }: { reasons: string[]; asks: number }): NodeFailure {
  const message = `the answer does not fit output_format, after ${asks} tries: ${reasons.join('; ')}`
  return new NodeFailure('output_format', message, {
    output,
    details: { reasons },
  })
}

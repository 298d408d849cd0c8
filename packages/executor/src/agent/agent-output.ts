import type { JsonValue } from '@ion/core'
import { isJson, type Json, type Usage } from '@ion/store'
import { NodeFailure } from '../node-failure.ts'
import { type Selector, select, valueAt } from './json-path.ts'
import type { PromptResult } from './prompt-handler.ts'

/** What an agent's command prints, and where in it what lies. */
export interface AgentOutput {
  /** `text`: stdout is the answer. `json`: one value. `jsonl`: a value a line; what is looked for is taken from the last line that has it. */
  format: 'text' | 'json' | 'jsonl'
  /** Where the answer's text is. */
  text?: Selector | undefined
  /** Where the answer as a JSON value is, when a schema was asked for. */
  structured?: Selector | undefined
  /** Where the name of the conversation is. */
  session?: Selector | undefined
  usage?: AgentUsage | undefined
  /**
   * Where it says that it has failed: a text or an object with a `message`, or `true`, and then the text says why. An empty
   * text, `false` and nothing are no failure.
   */
  error?: Selector | undefined
}

/** Where an agent says what a call cost. */
export interface AgentUsage {
  /** Where an object is that has an entry a model, by its name; the other paths are then inside such an entry. */
  perModel?: Selector | undefined
  model?: Selector | undefined
  inputTokens?: Selector | undefined
  outputTokens?: Selector | undefined
  cost?: Selector | undefined
}

/**
 * The JSON values that a text holds; `null` when it holds none. Talk is passed over: before a value, and between the lines
 * of a stream.
 */
export function readValues(text: string, format: 'json' | 'jsonl'): JsonValue[] | null {
  const values = format === 'json' ? readValue(text) : text.split('\n').flatMap(parse)
  return values.length === 0 ? null : values
}

function readValue(text: string): JsonValue[] {
  const whole = parse(text)
  const start = text.search(/^[{[]/m)
  return whole.length > 0 || start <= 0 ? whole : parse(text.slice(start))
}

function parse(text: string): JsonValue[] {
  try {
    const value: JsonValue = JSON.parse(text)
    return [value]
  } catch {
    return []
  }
}

/** What the agent says of its failure; `null` when it says nothing of one. */
export function readError(values: readonly JsonValue[], { error, text }: AgentOutput): string | null {
  const found = error === undefined ? undefined : select(values, error)
  if (found === undefined || found === false || found === '') return null
  if (typeof found === 'string') return found
  const message = valueAt(found, 'message')
  if (typeof message === 'string' && message !== '') return message
  const said = text === undefined ? undefined : select(values, text)
  return typeof said === 'string' && said !== '' ? said : 'it gives no reason'
}

/** What the call cost; nothing where the agent doesn't say. */
export function readUsage(values: readonly JsonValue[], { usage }: AgentOutput): Usage[] {
  if (usage === undefined) return []
  const { perModel } = usage
  if (perModel === undefined) return usageEntry(values, usage, undefined)
  const models = select(values, perModel)
  if (typeof models !== 'object' || models === null || Array.isArray(models)) return []
  return Object.entries(models).flatMap(([model, entry]) => usageEntry([entry ?? null], usage, model))
}

function usageEntry(values: readonly JsonValue[], usage: AgentUsage, model: string | undefined): Usage[] {
  const amount = (selector: Selector | undefined) => {
    const found = selector === undefined ? undefined : select(values, selector)
    return typeof found === 'number' && found >= 0 ? found : undefined
  }
  const named = usage.model === undefined ? undefined : select(values, usage.model)
  const name = model ?? (typeof named === 'string' ? named : undefined)
  const inputTokens = amount(usage.inputTokens)
  const outputTokens = amount(usage.outputTokens)
  const cost = amount(usage.cost)
  if (inputTokens === undefined && outputTokens === undefined && cost === undefined) return []
  return [
    {
      ...(name === undefined ? {} : { model: name }),
      ...(inputTokens === undefined ? {} : { inputTokens }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
      ...(cost === undefined ? {} : { cost }),
    },
  ]
}

/**
 * The answer in what the command has printed.
 *
 * @throws {NodeFailure} `agent_answer` when it isn't there.
 */
export function readAnswer(values: readonly JsonValue[], output: AgentOutput): PromptResult {
  const structured = output.structured === undefined ? undefined : select(values, output.structured)
  const text = output.text === undefined ? undefined : select(values, output.text)
  const usage = readUsage(values, output)
  if (text === undefined && structured === undefined) {
    const where = typeof output.text === 'object' ? output.text.path : (output.text ?? 'text')
    throw new NodeFailure('agent_answer', `the agent's output has no answer at \`${where}\``, { usage })
  }
  const session = output.session === undefined ? undefined : select(values, output.session)
  return {
    output: textOf(text ?? structured),
    ...(isPresent(structured) ? { structured } : {}),
    ...(usage.length === 0 ? {} : { usage }),
    ...(typeof session === 'string' ? { session } : {}),
  }
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isPresent(value: unknown): value is Json {
  return value !== undefined && isJson(value)
}

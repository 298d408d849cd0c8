import type { JsonValue } from '../json.ts'

/** A node's output that is JSON. */
export interface ParsedOutput {
  value: JsonValue
  /** The digits of a whole number as they stand in the output; `undefined` when they can't be had. */
  digits(path: (string | number)[]): string | undefined
}

/**
 * Parses a node's output as JSON; a code fence (with or without `json`) around all of it is tolerated.
 *
 * @returns `undefined` when it isn't JSON
 */
export function parseOutput(output: string): ParsedOutput | undefined {
  const text = withoutFence(output)
  try {
    const value: JsonValue = JSON.parse(text)
    return { value, digits: (path) => digitsAt(text, path) }
  } catch {
    return undefined
  }
}

/** An output without a code fence around all of it. */
export function withoutFence(output: string): string {
  const text = output.trim()
  if (!text.startsWith('```') || !text.endsWith('```')) return text
  const firstLine = text.indexOf('\n')
  if (firstLine === -1) return text
  const language = text.slice(3, firstLine).trim().toLowerCase()
  if (language !== '' && language !== 'json') return text
  return text.slice(firstLine + 1, -3)
}

/** A number's own text. Such numbers are rare, so the output is read a second time only when one is asked for. */
function digitsAt(text: string, path: (string | number)[]): string | undefined {
  const read: unknown = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? new NumberText(context.source) : value,
  )
  let value = read
  for (const key of path) {
    value = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined
  }
  return value instanceof NumberText && /^-?\d+$/.test(value.source) ? value.source : undefined
}

class NumberText {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

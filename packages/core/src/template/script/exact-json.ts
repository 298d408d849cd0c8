import { withoutFence } from '../parse-output.ts'

/** A number as it was written. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A JSON value whose numbers have all their digits. */
export type ExactJson = null | boolean | string | ExactNumber | ExactJson[] | Map<string, ExactJson>

/** The members of a value deeper than this can't be written as a literal: parsers of programs have their limits. */
export const maxNesting = 100

/** A JSON text is nested too deep. */
export class NestingError extends Error {}

/**
 * Parses an output as JSON, as `parseOutput` does.
 *
 * @returns `undefined` when it isn't JSON
 * @throws {NestingError} when it is, and deeper than `maxNesting`.
 */
export function parseExactly(output: string): ExactJson | undefined {
  const text = withoutFence(output)
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  if (nesting(text) > maxNesting) throw new NestingError()
  // A reviver sees every value after those in it.
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value === 'number') return new ExactNumber(context?.source ?? String(value))
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value)
    return isObject && !(value instanceof ExactNumber) ? new Map(Object.entries(value)) : value
  })
}

/** A member of a value; `undefined` when there is none. */
export function exactMember(value: ExactJson, key: string | number): ExactJson | undefined {
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined
  return value instanceof Map ? value.get(key) : undefined
}

/** How deep the brackets of a JSON text go. */
function nesting(json: string): number {
  let deepest = 0
  let depth = 0
  for (const [sign] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (sign === '[' || sign === '{') deepest = Math.max(deepest, ++depth)
    else if (sign === ']' || sign === '}') depth -= 1
  }
  return deepest
}

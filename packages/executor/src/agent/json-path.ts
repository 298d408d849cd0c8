import type { JsonValue } from '@ion/core'

/**
 * Where in a JSON value something lies: keys and indexes, as in `items[0].text`; `[-1]` is the last. With `where`, only in a
 * value that has exactly these values at these paths.
 */
export type Selector =
  | string
  | { path: string; where?: { [path: string]: string | number | boolean } | undefined }

/** A path that can't be read. */
export class PathError extends Error {
  constructor(path: string) {
    super(`${JSON.stringify(path)} is no path: write keys and indexes, as in items[0].text`)
    this.name = new.target.name
  }
}

/**
 * Reads a path.
 *
 * @throws {PathError}
 */
export function parsePath(path: string): (string | number)[] {
  const steps: (string | number)[] = []
  const pattern = /(?:^|(?<!^)\.)([^.[\]]+)|\[(-?\d+)\]/y
  for (let at = 0; at < path.length; at = pattern.lastIndex) {
    pattern.lastIndex = at
    const match = pattern.exec(path)
    if (!match) throw new PathError(path)
    const [, key, index] = match
    steps.push(key ?? Number(index))
  }
  if (steps.length === 0) throw new PathError(path)
  return steps
}

/** What lies at a path; `undefined` when there is nothing. */
export function valueAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  let current = value
  for (const step of parsePath(path)) {
    if (typeof current !== 'object' || current === null) return undefined
    if (Array.isArray(current)) current = typeof step === 'number' ? current.at(step) : undefined
    else current = Object.hasOwn(current, step) ? current[step] : undefined
  }
  return current
}

/**
 * What a selector finds in the last of some values that has it.
 *
 * @param values - The lines of a stream, or the one value there is.
 */
export function select(values: readonly JsonValue[], selector: Selector): JsonValue | undefined {
  const { path, where = {} } = typeof selector === 'string' ? { path: selector } : selector
  const conditions = Object.entries(where)
  for (const value of values.toReversed()) {
    if (!conditions.every(([place, wanted]) => valueAt(value, place) === wanted)) continue
    const found = valueAt(value, path)
    if (found !== undefined && found !== null) return found
  }
  return undefined
}

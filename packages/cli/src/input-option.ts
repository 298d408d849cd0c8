import { readFileSync } from 'node:fs'
import type { JsonObject } from '@ion/store'
import { usageError } from './cli-error.ts'

/** Collects an option that may be given several times, for Commander. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value]
}

/**
 * Reads `--input name=value` options. `name=@file` takes the file's text; a value that begins with `@` itself is written
 * `name=@@value`.
 *
 * @throws {CliError} for what has no `=`, a name that is given twice, or a file that can't be read.
 */
export function readInputs(entries: readonly string[]): JsonObject {
  const values = new Map<string, string>()
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    if (equals < 1) throw usageError(`--input ${JSON.stringify(entry)} is not name=value`)
    const name = entry.slice(0, equals)
    if (values.has(name)) throw usageError(`the input ${name} is given twice`)
    values.set(name, readValue(name, entry.slice(equals + 1)))
  }
  return Object.fromEntries(values)
}

function readValue(name: string, text: string): string {
  if (!text.startsWith('@')) return text
  if (text.startsWith('@@')) return text.slice(1)
  try {
    return readFileSync(text.slice(1), 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageError(`the input ${name} can't be read: ${why}`, 'a value that begins with @ is written @@')
  }
}

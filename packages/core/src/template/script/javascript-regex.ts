import { endOfReference, readDollar } from './dollar.ts'
import type { ExpressionState } from './javascript-state.ts'
import type { ScriptReading } from './reading.ts'

/**
 * Reads a regular expression with its flags.
 *
 * @returns `false` when its line has no end of one: the slash is a division after all, and nothing has been read.
 */
export function readRegex(reading: ScriptReading, state: ExpressionState): boolean {
  const { text, at: start, references, problems } = reading
  const before = { references: references.length, problems: problems.length }
  let inClass = false
  reading.at += 1
  for (;;) {
    const char = text[reading.at]
    if (char === undefined || char === '\n') {
      references.length = before.references
      problems.length = before.problems
      reading.at = start
      state.failures += 1
      return false
    }
    const place = { kind: 'js-regex', inClass } as const
    if (char === '\\') {
      const escaped = text[reading.at + 1] === '$' ? endOfReference(reading, reading.at + 1, place) : null
      reading.at = escaped ?? reading.at + (text[reading.at + 1] === '\n' ? 1 : 2)
      continue
    }
    if (char === '$' && readDollar(reading, place)) continue
    reading.at += 1
    if (char === '[') inClass = true
    if (char === ']') inClass = false
    if (char === '/' && !inClass) break
  }
  while (/[a-z]/i.test(text[reading.at] ?? '')) reading.at += 1
  return true
}

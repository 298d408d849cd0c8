import { endOfReference, readDollar } from './dollar.ts'
import { type ExpressionState, opened, tokenRead } from './javascript-state.ts'
import { type ScriptReading, unterminated } from './reading.ts'

const inString = { kind: 'js-string' } as const
const inTemplate = { kind: 'js-template' } as const

/** Reads a string in quotes; it ends at the latest with its line. */
export function readString(reading: ScriptReading, quote: string): void {
  const start = reading.at
  reading.at += 1
  for (;;) {
    const char = reading.text[reading.at]
    if (char === undefined || char === '\n') {
      unterminated(reading, start, 'The string')
      return
    }
    readCharacter(reading, inString)
    if (char === quote) return
  }
}

/**
 * Reads a template literal up to its end or to its next hole.
 *
 * @param resumed - Where the literal began, when it is read on behind a hole.
 */
export function readTemplate(reading: ScriptReading, state: ExpressionState, resumed?: number): void {
  const start = resumed ?? reading.at
  if (resumed === undefined) reading.at += 1
  for (;;) {
    const char = reading.text[reading.at]
    if (char === undefined) {
      unterminated(reading, start, 'The template literal')
      return
    }
    if (reading.text.startsWith('${', reading.at)) {
      reading.at += 2
      opened(state, '${', start)
      return
    }
    readCharacter(reading, inTemplate)
    if (char === '`') {
      tokenRead(state, '""')
      return
    }
  }
}

/** Reads on behind a character, an escape or a reference; behind a backslash a reference is text. */
function readCharacter(reading: ScriptReading, place: typeof inString | typeof inTemplate): void {
  const { text, at } = reading
  if (text[at] === '\\') {
    const escaped = text[at + 1] === '$' ? endOfReference(reading, at + 1, place) : null
    reading.at = escaped ?? Math.min(at + 2, text.length)
  } else if (text[at] !== '$' || !readDollar(reading, place)) {
    reading.at += 1
  }
}

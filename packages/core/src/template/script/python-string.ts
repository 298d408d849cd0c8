import { endOfReference, readDollar } from './dollar.ts'
import { type PythonReading, placeInString, type StringFrame } from './python-frames.ts'
import { unterminated } from './reading.ts'

/** Takes note of the prefix and the quote of a string. */
export function openString(python: PythonReading, opening: string, start: number): void {
  const [, letters = '', quote = ''] = /^([a-z]*)(.*)$/i.exec(opening) ?? []
  const has = (letter: string) => letters.toLowerCase().includes(letter)
  const raw = has('r')
  const at = start + letters.search(/r/i)
  python.frames.push({
    kind: 'string',
    start,
    quote,
    raw,
    bytes: has('b'),
    fields: has('f') || has('t'),
    unraw: raw ? [{ start: at, end: at + 1, text: '' }] : [],
    hasReference: false,
  })
}

/** Ends a string. One that was raw and holds references becomes one that isn't, and means the same. */
export function closeString(python: PythonReading, string: StringFrame): void {
  python.frames.pop()
  if (string.raw && string.hasReference) python.edits.push(...string.unraw)
}

/** Reads on in a string. */
export function readStringCharacter(python: PythonReading, string: StringFrame): void {
  const { text, at } = python
  const char = text[at]
  if (text.startsWith(string.quote, at)) {
    python.at += string.quote.length
    closeString(python, string)
  } else if (char === '\n' && string.quote.length === 1) {
    unterminated(python, string.start, 'The string')
    python.at += 1
    closeString(python, string)
  } else if (char === '\\') {
    readBackslash(python, string)
  } else if (string.fields && (char === '{' || char === '}')) {
    readBrace(python, char)
  } else if (char !== '$' || !readReference(python, string)) {
    python.at += 1
  }
}

function readReference(python: PythonReading, string: StringFrame): boolean {
  const place = placeInString(python, string)
  if (!readDollar(python, place)) return false
  string.hasReference ||= place.kind === 'python-string'
  return true
}

function readBrace(python: PythonReading, char: '{' | '}'): void {
  const isDouble = python.text[python.at + 1] === char
  python.at += isDouble ? 2 : 1
  if (char === '{' && !isDouble) python.frames.push({ kind: 'field', depth: 0 })
}

const namedCharacter = /\\N\{[^}\n]{0,100}\}/y

/** Goes behind a backslash and what it escapes: all of a reference, or the name of a character. */
function readBackslash(python: PythonReading, string: StringFrame): void {
  const { text, at } = python
  const next = text[at + 1] ?? ''
  const place = placeInString(python, string)
  const escaped = next === '$' ? endOfReference(python, at + 1, place) : null
  const double = next === '\\' || next === string.quote.charAt(0) ? 2 : 1
  if (string.raw) string.unraw.push({ start: at, end: at, text: '\\'.repeat(double) })
  else if (escaped !== null && place.kind === 'python-string') {
    python.edits.push({ start: at, end: at + 1, text: '' })
  }
  python.at = escaped ?? at + behind(python, string, next)
}

function behind({ text, at }: PythonReading, { raw, bytes, fields }: StringFrame, next: string): number {
  if (fields && (next === '{' || next === '}')) return 1
  namedCharacter.lastIndex = at
  const name = raw || bytes ? null : namedCharacter.exec(text)
  return name?.[0].length ?? Math.min(2, text.length - at)
}

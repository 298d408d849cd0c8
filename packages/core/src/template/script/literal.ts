import { escapeJavaScript } from './escape-javascript.ts'
import { escapePython } from './escape-python.ts'
import { type ExactJson, ExactNumber } from './exact-json.ts'

/** How a language writes values. */
interface Notation {
  text(value: string): string
  number(digits: string): string
  key(name: string): string
  words: { null: string; true: string; false: string }
}

/** A value as a literal of JavaScript. Whole numbers that it can't hold are texts with their digits. */
export function javaScriptLiteral(value: ExactJson): string {
  return top(value, {
    text: javaScriptText,
    number: (digits) => (isTooBig(digits) ? javaScriptText(digits) : digits),
    // As a plain key it would set the prototype.
    key: (name) => (name === '__proto__' ? '["__proto__"]' : javaScriptText(name)),
    words: { null: 'null', true: 'true', false: 'false' },
  })
}

/**
 * A value as a literal of Python.
 *
 * @param text how a text is written; by default in double quotes, with escapes
 */
export function pythonLiteral(value: ExactJson, text: (value: string) => string = pythonText): string {
  return top(value, {
    text,
    number: pythonNumber,
    key: text,
    words: { null: 'None', true: 'True', false: 'False' },
  })
}

function javaScriptText(text: string): string {
  return `"${escapeJavaScript(text)}"`
}

function pythonText(text: string): string {
  return `"${escapePython(text)}"`
}

function isTooBig(digits: string): boolean {
  return /^-?\d+$/.test(digits) && !Number.isSafeInteger(Number(digits))
}

/** Python refuses whole numbers of more than 4,300 decimal digits, and none in hexadecimal ones. */
function pythonNumber(digits: string): string {
  if (digits.length <= 4000 || !/^-?\d+$/.test(digits)) return digits
  const isNegative = digits.startsWith('-')
  return `${isNegative ? '-' : ''}0x${BigInt(isNegative ? digits.slice(1) : digits).toString(16)}`
}

/** In parentheses where what stands around could read it otherwise: `1 .x`, `() => {}`, `--1`. */
function top(value: ExactJson, notation: Notation): string {
  const literal = write(value, notation)
  return value instanceof ExactNumber || value instanceof Map ? `(${literal})` : literal
}

function write(value: ExactJson, notation: Notation): string {
  if (value === null) return notation.words.null
  if (typeof value === 'boolean') return notation.words[value ? 'true' : 'false']
  if (typeof value === 'string') return notation.text(value)
  if (value instanceof ExactNumber) return notation.number(value.text)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, notation)).join(',')}]`
  const members = Array.from(value, ([name, member]) => `${notation.key(name)}:${write(member, notation)}`)
  return `{${members.join(',')}}`
}

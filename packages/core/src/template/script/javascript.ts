import { readDollar } from './dollar.ts'
import { readRegex } from './javascript-regex.ts'
import {
  canBeginExpression,
  closed,
  type ExpressionState,
  opened,
  startState,
  tokenRead,
} from './javascript-state.ts'
import { readString, readTemplate } from './javascript-strings.ts'
import { type ScriptReading, skipLine, take, unterminated } from './reading.ts'

const space = /\s+/y
const word =
  /(?:[\p{ID_Start}_$]|\\u[\da-fA-F]{4}|\\u\{[\da-fA-F]+\})(?:[\p{ID_Continue}$\u200c\u200d]|\\u[\da-fA-F]{4}|\\u\{[\da-fA-F]+\})*/uy
const number = /\.?\d(?:[\w$.]|(?<=[eE])[+-](?=\d))*/y
const blockComment = /\/\*[\s\S]*?\*\//y
const operator = /=>|\.\.\.|\?\.|\+\+|--|[!=]==?|[\s\S]/y

/** Reads a script of JavaScript or TypeScript: finds its references and what surrounds them. */
export function readJavaScript(reading: ScriptReading): void {
  const { text } = reading
  if (text.startsWith('#!')) skipLine(reading)
  const state = startState()
  while (reading.at < text.length) {
    if (take(reading, space) === null && !skipComment(reading)) readToken(reading, state)
  }
  for (const { kind, start } of state.frames) {
    unterminated(reading, start, kind === 'hole' ? 'The template literal' : 'The bracket')
  }
}

function skipComment(reading: ScriptReading): boolean {
  const { text, at } = reading
  if (text.startsWith('//', at)) {
    skipLine(reading)
    return true
  }
  if (!text.startsWith('/*', at)) return false
  if (take(reading, blockComment) === null) {
    unterminated(reading, at, 'The comment')
    reading.at = text.length
  }
  return true
}

function readToken(reading: ScriptReading, state: ExpressionState): void {
  const char = reading.text[reading.at]
  if (char === '`') {
    readTemplate(reading, state)
  } else if (readOperand(reading, state)) {
    tokenRead(state, '""')
  } else {
    const name = take(reading, word)
    if (name === null) readPunctuation(reading, state)
    else tokenRead(state, name)
  }
}

/** A string, a reference, a regular expression or a number. */
function readOperand(reading: ScriptReading, state: ExpressionState): boolean {
  const char = reading.text[reading.at]
  if (char === '"' || char === "'") {
    readString(reading, char)
    return true
  }
  if (char === '$') return !state.afterDot && readDollar(reading, { kind: 'code' })
  if (char === '/') return canBeginExpression(state) && readRegex(reading, state)
  return take(reading, number) !== null
}

function readPunctuation(reading: ScriptReading, state: ExpressionState): void {
  const start = reading.at
  const sign = take(reading, operator) ?? ''
  if ('([{'.includes(sign)) {
    opened(state, sign, start)
  } else if (')]}'.includes(sign)) {
    readClosing(reading, state, sign)
  } else {
    const isPostfix = sign === '!' && start > 0 && !/\s/.test(reading.text.charAt(start - 1))
    tokenRead(state, isPostfix ? 'x!' : sign)
  }
}

function readClosing(reading: ScriptReading, state: ExpressionState, sign: string): void {
  const frame = closed(state, sign)
  if (frame === null) {
    const start = reading.at - 1
    const message = `\`${sign}\` closes nothing that is open.`
    reading.problems.push({ code: 'ION2015', severity: 'error', message, start, end: reading.at })
  }
  if (frame?.kind === 'hole') readTemplate(reading, state, frame.start)
}

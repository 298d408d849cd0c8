import { readBackticks } from './backticks.ts'
import { openArithmetic, readDollar } from './dollar.ts'
import type { CommandsFrame } from './frames.ts'
import { readHeredocBodies, readHeredocOperator } from './heredoc.ts'
import { closeParenthesis, nextClause, openParenthesis } from './openers.ts'
import { readAnsi, readSingle } from './quotes.ts'
import { owner, push, type Reading } from './reading.ts'
import { beginWord, endCommand, endWord } from './words.ts'

/** Moves on in a list of commands. */
export function stepCommands(reading: Reading, frame: CommandsFrame): void {
  const { text, at } = reading
  switch (text[at]) {
    case ' ':
    case '\t':
      endWord(reading, frame)
      reading.at++
      return
    case '\n':
      endCommand(reading, frame)
      reading.at++
      readHeredocBodies(reading, frame)
      return
    case '#':
      if (frame.wordStart === -1) skipComment(reading)
      else reading.at++
      return
    case ';':
      endCommand(reading, frame)
      reading.at += nextClause(text, { at, frame })
      return
    case '|':
      endCommand(reading, frame)
      reading.at++
      return
    case '&':
      readAmpersand(reading, frame)
      return
    case '<':
    case '>':
      readRedirection(reading, frame)
      return
    case '(':
      readOpenParenthesis(reading, frame)
      return
    case ')':
      endCommand(reading, frame)
      reading.at++
      if (closeParenthesis(frame)) reading.frames.pop()
      return
    default:
      readWordPart(reading, frame)
  }
}

function readWordPart(reading: Reading, frame: CommandsFrame): void {
  const { text, at } = reading
  // A backslash and a newline are nothing, so they begin no word.
  if (!text.startsWith('\\\n', at)) beginWord(reading, frame)
  switch (text[at]) {
    case '\\':
      reading.at += 2
      return
    case "'":
      readSingle(reading)
      return
    case '"':
      openDouble(reading, 1)
      return
    case '`':
      readBackticks(reading, 'bare')
      return
    case '$':
      if (text[at + 1] === "'") readAnsi(reading)
      else if (text[at + 1] === '"') openDouble(reading, 2)
      else readDollar(reading, { form: inIndexedSubscript(reading, frame) ? 'number' : 'bare' })
      return
    default:
      reading.at++
  }
}

function openDouble(reading: Reading, length: number): void {
  push(reading, { kind: 'double', start: reading.at, owner: owner(reading) })
  reading.at += length
}

const subscriptBefore = /^([A-Za-z_]\w*)\[[^\]]*$/
const assignmentAfter = /[^\s\]]{0,200}\]\+?=/y

/** Whether the reference to come is in `name[…]=`, where bash evaluates it unless the array is associative. */
function inIndexedSubscript(reading: Reading, frame: CommandsFrame): boolean {
  const { text, at } = reading
  if (at - frame.wordStart > 200) return false
  const name = subscriptBefore.exec(text.slice(frame.wordStart, at))?.[1]
  if (name === undefined || reading.context.associative.has(name)) return false
  assignmentAfter.lastIndex = at
  return assignmentAfter.test(text)
}

function skipComment(reading: Reading): void {
  const { text, at, found } = reading
  const newline = text.indexOf('\n', at)
  reading.at = newline === -1 ? text.length : newline
  found.comments.push({ start: at, end: reading.at })
}

function readAmpersand(reading: Reading, frame: CommandsFrame): void {
  if (reading.text[reading.at + 1] === '>') {
    endWord(reading, frame)
    reading.at++
    readRedirection(reading, frame)
  } else {
    endCommand(reading, frame)
    reading.at++
  }
}

const redirection = /<<<|<<-?|<[&>]?|>[>&|]?/y

function readRedirection(reading: Reading, frame: CommandsFrame): void {
  const { text, at } = reading
  endWord(reading, frame, 'redirection')
  if (text[at + 1] === '(' && frame.test === null) {
    frame.redirection = false
    frame.openers.push({ kind: 'paren', commandStartAfter: false })
    frame.commandStart = true
    reading.at += 2
    return
  }
  redirection.lastIndex = at
  const operator = redirection.exec(text)?.[0] ?? ''
  reading.at += operator.length
  if (operator === '<<' || operator === '<<-') {
    if (frame.test === null) readHeredocOperator(reading, { frame, stripTabs: operator === '<<-' })
  } else {
    frame.redirection = frame.test === null
  }
}

function readOpenParenthesis(reading: Reading, frame: CommandsFrame): void {
  const { text, at } = reading
  const begins = frame.wordStart === -1 && (frame.commandStart || frame.previousWord === 'for')
  if (begins && text[at + 1] === '(' && !reading.notArithmetic.has(at)) {
    frame.commandStart = true
    openArithmetic(reading, { closer: '))', length: 2 })
    return
  }
  openParenthesis(reading, frame)
  reading.at++
}

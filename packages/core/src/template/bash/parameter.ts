import { readBackticks } from './backticks.ts'
import { readDollar } from './dollar.ts'
import type { ParameterFrame } from './frames.ts'
import { readSingle } from './quotes.ts'
import { owner, push, type Reading } from './reading.ts'

/** Moves on in `${…}`, after the name. */
export function stepParameter(reading: Reading, frame: ParameterFrame): void {
  if (reading.text[reading.at] === '}') {
    reading.frames.pop()
    reading.at++
  } else if (frame.expects === 'subscript') {
    readSubscript(reading, frame)
  } else if (frame.expects === 'operator') {
    readOperator(reading, frame)
  } else {
    stepWord(reading, frame)
  }
}

function readSubscript(reading: Reading, frame: ParameterFrame): void {
  frame.expects = 'operator'
  const { text, at, context } = reading
  if (text[at] !== '[') return
  const array = /\w+$/.exec(text.slice(Math.max(frame.start, at - 100), at))?.[0] ?? ''
  push(reading, {
    kind: 'arithmetic',
    start: at,
    owner: owner(reading),
    closer: ']',
    depth: 0,
    form: context.associative.has(array) ? 'double' : 'number',
    retry: null,
  })
  reading.at++
}

const operator = /:?[-=?+]|##?|%%?|\/[/#%]?|\^\^?|,,?|:|@/y

function readOperator(reading: Reading, frame: ParameterFrame): void {
  frame.expects = 'word'
  operator.lastIndex = reading.at
  const found = operator.exec(reading.text)?.[0]
  if (found === undefined) return
  reading.at += found.length
  if (found === ':') frame.word = 'number'
  else if (/^[#%/^,]/.test(found)) frame.word = 'pattern'
}

function stepWord(reading: Reading, frame: ParameterFrame): void {
  const isNumber = frame.word === 'number'
  const isPattern = frame.word === 'pattern'
  switch (reading.text[reading.at]) {
    case '\\':
      reading.at += 2
      return
    case '`':
      readBackticks(reading, frame.quoted ? 'double' : 'bare')
      return
    case '"':
      reading.at++
      if (!isNumber) push(reading, { kind: 'double', start: reading.at - 1, owner: owner(reading) })
      return
    case "'":
      // In double quotes, single quotes mean something only in a pattern.
      if (isPattern || !(frame.quoted || isNumber)) readSingle(reading)
      else reading.at++
      return
    case '$':
      if (isNumber) readDollar(reading, { form: 'number' })
      else readDollar(reading, { form: isPattern || !frame.quoted ? 'bare' : 'double' })
      return
    default:
      reading.at++
  }
}

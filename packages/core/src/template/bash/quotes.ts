import { readBackticks } from './backticks.ts'
import { readDollar } from './dollar.ts'
import type { DoubleFrame } from './frames.ts'
import { type Quoting, readName } from './names.ts'
import { type Reading, unterminated } from './reading.ts'

/** Moves on in `"…"`, where bash expands. */
export function stepDouble(reading: Reading, _frame: DoubleFrame): void {
  switch (reading.text[reading.at]) {
    case '"':
      reading.frames.pop()
      reading.at++
      return
    case '\\':
      reading.at += 2
      return
    case '`':
      readBackticks(reading, 'double')
      return
    case '$':
      readDollar(reading, { form: 'double' })
      return
    default:
      reading.at++
  }
}

/** Reads `'…'`, where nothing means anything to bash. */
export function readSingle(reading: Reading): void {
  const start = reading.at
  const close = reading.text.indexOf("'", start + 1)
  const end = close === -1 ? reading.text.length : close
  reading.at = start + 1
  readLiteral(reading, end, { form: 'single', literal: true })
  if (close === -1) unterminated(reading, start, "This `'`")
  reading.at = end + 1
}

/** Looks for references in a text that bash doesn't expand, from where the reading is to `end`. */
export function readLiteral(reading: Reading, end: number, quoting: Quoting): void {
  for (;;) {
    const dollar = reading.text.indexOf('$', reading.at)
    if (dollar === -1 || dollar >= end) break
    reading.at = dollar
    readName(reading, quoting)
  }
  reading.at = end
}

/** Reads `$'…'`, where a backslash means something and a `$` doesn't. */
export function readAnsi(reading: Reading): void {
  const { text } = reading
  const start = reading.at
  reading.at = start + 2
  while (reading.at < text.length) {
    const char = text[reading.at]
    if (char === "'") {
      reading.at++
      return
    }
    if (char === '\\') reading.at += text.startsWith('c$', reading.at + 1) ? 3 : 2
    else if (char === '$') readName(reading, { form: 'ansi', literal: true })
    else reading.at++
  }
  unterminated(reading, start, "This `$'`")
}

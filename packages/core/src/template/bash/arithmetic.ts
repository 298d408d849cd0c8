import { readBackticks } from './backticks.ts'
import { readDollar } from './dollar.ts'
import { rewind } from './found.ts'
import type { ArithmeticFrame } from './frames.ts'
import type { Reading } from './reading.ts'

/** Moves on in an expression that bash evaluates. */
export function stepArithmetic(reading: Reading, frame: ArithmeticFrame): void {
  const char = reading.text[reading.at] ?? ''
  const [open, close] = frame.closer === ']' ? ['[', ']'] : ['(', ')']
  if (char === close) {
    closeBracket(reading, frame)
    return
  }
  if (char === open) frame.depth++
  if (char === '$') readDollar(reading, { form: frame.form })
  else if (char === '`') readBackticks(reading, 'double')
  else reading.at += char === '\\' ? 2 : 1
}

function closeBracket(reading: Reading, frame: ArithmeticFrame): void {
  if (frame.depth > 0) {
    frame.depth--
    reading.at++
  } else if (reading.text.startsWith(frame.closer, reading.at)) {
    reading.frames.pop()
    reading.at += frame.closer.length
  } else if (frame.retry !== null) {
    // `((a); (b))` is parentheses in parentheses: bash finds out here too, and begins again.
    rewind(reading.found, frame.retry)
    reading.notArithmetic.add(frame.start)
    reading.frames.pop()
    reading.at = frame.start
  }
}

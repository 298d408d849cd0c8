import type { Position } from '@ion/core'

/** The offset of a place in a text whose line breaks are all `\n`. */
export function offsetOf(text: string, { line, column }: Position): number {
  let start = 0
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1
  return start + column - 1
}

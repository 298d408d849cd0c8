import type { Position } from '../diagnostic.ts'

/** A stretch of a source text in offsets (UTF-16 code units), its end exclusive. */
export interface Span {
  start: number
  end: number
}

/** A source text whose line breaks are all `\n`, with its lines. Offsets are into `text`. */
export interface SourceText {
  readonly text: string
  /** The position of an offset; offsets outside the text count as its end. */
  position(offset: number): Position
}

/**
 * Makes a text ready for positions: without byte order mark, every line break a `\n`. Lines and columns stay those that
 * an editor shows.
 */
export function sourceText(raw: string): SourceText {
  const text = (raw.startsWith('\uFEFF') ? raw.slice(1) : raw).replace(/\r\n?/g, '\n')
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return {
    text,
    position(offset) {
      const inside = Math.min(Math.max(offset, 0), text.length)
      const line = lastAtOrBefore(lineStarts, inside)
      return { line: line + 1, column: inside - (lineStarts[line] ?? 0) + 1 }
    },
  }
}

/** The index of the last number that is not above the limit; the numbers ascend from 0. */
function lastAtOrBefore(numbers: number[], limit: number): number {
  let low = 0
  let high = numbers.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((numbers[middle] ?? 0) <= limit) low = middle
    else high = middle - 1
  }
  return low
}

import { Scalar } from 'yaml'

/** A scalar as it stands in a source text. */
export interface PlacedScalar {
  /** The whole text, its line breaks all `\n`. */
  text: string
  /** Where the scalar begins (its quote or `|` included) and ends. */
  start: number
  end: number
  /** The library's name of its style. */
  style: Scalar.Type | null | undefined
  value: string
}

/**
 * Maps places in a scalar's value to places in the source: `map(3)` is the offset of the value's fourth character. Every
 * style is mapped to the character. An index past the value gives the place after its last character.
 */
export function scalarPositions(scalar: PlacedScalar): (index: number) => number {
  let offsets: number[] | undefined
  return (index) => {
    offsets ??= offsetsOf(scalar)
    const last = offsets.length - 1
    if (index <= last) return offsets[Math.max(index, 0)] ?? scalar.start
    return last < 0 ? scalar.start : (offsets[last] ?? scalar.start) + 1
  }
}

/** The offset of every character of the value. */
function offsetsOf(scalar: PlacedScalar): number[] {
  switch (scalar.style) {
    case Scalar.BLOCK_LITERAL:
    case Scalar.BLOCK_FOLDED:
      return blockOffsets(scalar)
    case Scalar.QUOTE_SINGLE:
    case Scalar.QUOTE_DOUBLE:
      return flowOffsets(scalar, scalar.start + 1)
    default:
      return flowOffsets(scalar, scalar.start)
  }
}

/**
 * Block scalars keep their lines' content as it is and change only what is between them, so the content of each source
 * line is found in the value, in order.
 */
function blockOffsets({ text, start, end, value }: PlacedScalar): number[] {
  const offsets: number[] = []
  const firstLine = text.indexOf('\n', start) + 1
  if (firstLine === 0) return Array.from({ length: value.length }, () => start)
  const indent = blockIndent(text.slice(firstLine, end), value)
  let lineStart = firstLine
  while (lineStart < end && offsets.length < value.length) {
    const newline = text.indexOf('\n', lineStart)
    const lineEnd = newline === -1 ? end : Math.min(newline, end)
    const content = Math.min(lineStart + indent, lineEnd)
    if (content < lineEnd) skipBreaks(value, offsets, { at: lineStart - 1, until: text.charAt(content) })
    for (let at = content; at < lineEnd && offsets.length < value.length; at += 1) offsets.push(at)
    lineStart = lineEnd + 1
  }
  while (offsets.length < value.length) offsets.push(Math.max(start, end - 1))
  return offsets
}

/** Gives the breaks and the folded space before a line's content the place of the break before it. */
function skipBreaks(value: string, offsets: number[], line: { at: number; until: string }): void {
  while (value[offsets.length] === '\n') offsets.push(line.at)
  if (value[offsets.length] === ' ' && line.until !== ' ') offsets.push(line.at)
}

/** How far the content is indented: the first line with content says it, less what of its spaces is in the value. */
function blockIndent(block: string, value: string): number {
  return leadingSpaces(firstContentLine(block)) - leadingSpaces(firstContentLine(value))
}

function leadingSpaces(line: string): number {
  return line.length - line.replace(/^ +/, '').length
}

function firstContentLine(text: string): string {
  return text.split('\n').find((line) => /[^ ]/.test(line)) ?? ''
}

const escapeLengths: { [letter: string]: number } = { x: 4, u: 6, U: 10 }

/** Plain and quoted scalars: breaks are folded, `''` is a quote, and double quotes have escapes. */
function flowOffsets({ text, start, end, style, value }: PlacedScalar, from: number): number[] {
  const offsets: number[] = []
  const double = style === Scalar.QUOTE_DOUBLE
  let at = from
  while (offsets.length < value.length && at < end) {
    const folded = foldAt(text, at, double)
    if (folded !== null) {
      for (let count = 0; count < folded.characters; count += 1) offsets.push(at)
      at = folded.end
    } else {
      const length = characterLength(text, at, style)
      const units = length >= 10 && (value.codePointAt(offsets.length) ?? 0) > 0xffff ? 2 : 1
      for (let count = 0; count < units; count += 1) offsets.push(at)
      at += length
    }
  }
  while (offsets.length < value.length) offsets.push(Math.max(start, end - 1))
  return offsets
}

/** How much of the source one character of the value takes. */
function characterLength(text: string, at: number, style: PlacedScalar['style']): number {
  if (style === Scalar.QUOTE_SINGLE) return text[at] === "'" ? 2 : 1
  if (style !== Scalar.QUOTE_DOUBLE || text[at] !== '\\') return 1
  return escapeLengths[text[at + 1] ?? ''] ?? 2
}

const fold = /[ \t]*\n[ \t\n]*/y
const escapedBreak = /\\\n[ \t]*/y

/** A line break with the white space around it, or an escaped break: how many characters of the value it makes. */
function foldAt(text: string, at: number, double: boolean): { characters: number; end: number } | null {
  const folded = matchAt(fold, text, at)
  if (folded !== undefined) {
    const breaks = folded.split('\n').length - 1
    return { characters: Math.max(1, breaks - 1), end: at + folded.length }
  }
  const escaped = double ? matchAt(escapedBreak, text, at) : undefined
  return escaped === undefined ? null : { characters: 0, end: at + escaped.length }
}

function matchAt(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at
  return sticky.exec(text)?.[0]
}

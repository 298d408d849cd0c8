import type { Diagnostic, Position, Range } from '@ion/core'

/** A change of a text: what stands in the range is replaced. */
export interface SopFix {
  /** Of the diagnostic that it mends. */
  code: string
  range: Range
  /** With `\n` as line break; the file's own is written. */
  text: string
}

/** What mends the faults that parsing finds. */
export function structureFixes(diagnostics: readonly Diagnostic[]): SopFix[] {
  return diagnostics
    .filter(({ code }) => code === 'ION4021')
    .map(({ code, range: { start } }) => ({ code, range: { start, end: start }, text: '\n' }))
}

/**
 * A text with its faults mended. Line breaks and byte order mark stay as they are; of changes that overlap only the first is
 * made.
 *
 * @param text - The text that was looked at.
 */
export function applyFixes(text: string, fixes: readonly SopFix[]): string {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n'
  const starts = [text.startsWith('\uFEFF') ? 1 : 0]
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length)
  const offset = ({ line, column }: Position) =>
    Math.min((starts[line - 1] ?? text.length) + column - 1, text.length)
  const edits = fixes
    .map(({ range, text: by }) => ({ start: offset(range.start), end: offset(range.end), by }))
    .toSorted((a, b) => a.start - b.start)
  let result = ''
  let done = 0
  for (const { start, end, by } of edits) {
    if (start < done) continue
    result += text.slice(done, start)
    // Behind a lone `\r` a `\n` would be a part of that line break.
    result += by.replaceAll('\n', result.endsWith('\r') ? '\r' : lineBreak)
    done = end
  }
  return result + text.slice(done)
}

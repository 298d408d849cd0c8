import type { Diagnostic } from './diagnostic.ts'

/** How much of a long line is shown. */
const frameWidth = 100

/**
 * A diagnostic for a person to read, as plain text without a newline at its end: what and where, the line and the one
 * before and after it, and what to do.
 *
 * ```
 * error[ION1203]: Node `b` depends on `aa`, which does not exist.
 *  --> .ion/workflows/x.yaml:7:18
 *   |
 * 6 |   - id: b
 * 7 |     depends_on: [aa]
 *   |                  ^^
 * 8 |     bash: echo b
 *   |
 * help: Did you mean `a`?
 * ```
 *
 * @param sourceText - The text that was parsed.
 */
export function formatDiagnostic(diagnostic: Diagnostic, sourceText: string): string {
  const { severity, code, message, path, range, hint } = diagnostic
  const { line, column } = range.start
  const head = `${severity}[${code}]: ${printable(message)}`
  const place = ` --> ${path ?? '<text>'}:${line}:${column}`
  const help = hint === undefined ? [] : [`help: ${printable(hint)}`]
  return [head, place, ...frame(diagnostic, sourceText), ...help].join('\n')
}

function frame({ range: { start, end } }: Diagnostic, sourceText: string): string[] {
  const lines = sourceText.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const focus = lines[start.line - 1]
  if (focus === undefined) return []
  const gutterWidth = String(Math.min(start.line + 1, lines.length)).length
  const gutter = (number?: number) => `${String(number ?? '').padStart(gutterWidth)} |`
  const from = windowStart(focus, start.column - 1)
  const shown = (number: number) => {
    const line = lines[number - 1]
    if (line === undefined) return []
    const text = printable(line.slice(from, from + frameWidth)).trimEnd()
    return [text === '' ? gutter(number) : `${gutter(number)} ${text}`]
  }
  const last = end.line === start.line ? end.column - 1 : focus.length
  const carets = caretLine(focus.slice(from, from + frameWidth), start.column - 1 - from, last - from)
  return [
    gutter(),
    ...(start.line > 1 ? shown(start.line - 1) : []),
    ...shown(start.line),
    `${gutter()} ${carets}`,
    ...shown(start.line + 1),
    gutter(),
  ]
}

/** Where to begin to show a line so that the column is in sight. */
function windowStart(line: string, column: number): number {
  if (line.length <= frameWidth || column < frameWidth * 0.7) return 0
  return Math.max(0, Math.min(column - Math.floor(frameWidth / 2), line.length - frameWidth))
}

function caretLine(line: string, start: number, end: number): string {
  const width = displayWidth(line.slice(start, Math.max(start, end)))
  return ' '.repeat(displayWidth(line.slice(0, start))) + '^'.repeat(Math.max(1, width))
}

/** How many cells of a terminal a text takes: pictures and East Asian characters take two. */
function displayWidth(text: string): number {
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) width += wide.test(segment) ? 2 : 1
  return width
}

const wide =
  /\p{Emoji_Presentation}|\p{Emoji}\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{20000}-\u{3FFFD}]/u

/** One cell for each tab; what could move the cursor or change the terminal becomes visible. */
function printable(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\uFFFD')
}

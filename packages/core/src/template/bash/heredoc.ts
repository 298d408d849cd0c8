import type { CommandsFrame, Heredoc } from './frames.ts'
import { readLiteral } from './quotes.ts'
import { type Reading, unterminated } from './reading.ts'

const delimiterPart = /[ \t]*((?:'[^'\n]*'|"(?:\\[^\n]|[^"\\\n])*"|\\[^\n]|[^\s;&|<>()'"`\\])+)/y
const delimiterGoesOn = /[`('"]|\\\n[^ \t;&|<>]/y

/** Reads the delimiter after `<<` or `<<-`. */
export function readHeredocOperator(
  reading: Reading,
  { frame, stripTabs }: { frame: CommandsFrame; stripTabs: boolean },
): void {
  delimiterPart.lastIndex = reading.at
  const written = delimiterPart.exec(reading.text)?.[1]
  const end = written === undefined ? reading.at : delimiterPart.lastIndex
  delimiterGoesOn.lastIndex = end
  if (written === undefined || /[`]|\$[{[]/.test(written) || delimiterGoesOn.test(reading.text)) {
    // Bash takes newlines and `$(…)` as parts of a delimiter, too. Nobody means that; the rest stays as it is.
    reading.at = reading.text.length
    return
  }
  reading.at = end
  frame.heredocs.push({
    start: reading.at - written.length,
    end: reading.at,
    delimiter: unquote(written),
    quoted: /['"\\]/.test(written),
    stripTabs,
  })
}

function unquote(written: string): string {
  return written.replace(
    /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])/g,
    (_all, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\([$`"\\])/g, '$1') ?? escaped ?? '',
  )
}

/** Reads the bodies of the here-documents that wait, at the beginning of the line after their operators. */
export function readHeredocBodies(reading: Reading, frame: CommandsFrame): void {
  for (const heredoc of frame.heredocs.splice(0)) {
    const start = reading.at
    const body = findBody(reading, { heredoc, inParentheses: frame.closer === ')' })
    if (body.next === null) {
      unterminated(reading, heredoc.start, `The here-document up to \`${heredoc.delimiter}\``)
    }
    if (heredoc.quoted) readQuotedBody(reading, { heredoc, ...body })
    else readBody(reading, start, body.end)
    reading.at = body.next ?? reading.text.length
  }
}

interface Body {
  /** Where the line with the delimiter begins. */
  end: number
  /** Where bash goes on after it; `null` when there is no such line. */
  next: number | null
}

function findBody(
  reading: Reading,
  { heredoc, inParentheses }: { heredoc: Heredoc; inParentheses: boolean },
): Body {
  const { text } = reading
  const { delimiter, quoted, stripTabs } = heredoc
  let line = reading.at
  while (line < text.length) {
    const newline = endOfLine(text, line, quoted)
    const joined = quoted ? text.slice(line, newline) : join(text.slice(line, newline))
    const content = stripTabs ? joined.replace(/^\t+/, '') : joined
    if (content === delimiter) return { end: line, next: Math.min(newline + 1, text.length) }
    if (inParentheses && content.startsWith(`${delimiter})`)) {
      return { end: line, next: text.indexOf(')', line + delimiter.length) }
    }
    line = newline + 1
  }
  return { end: text.length, next: null }
}

/** A line without the backslashes and newlines that join it to the next. */
function join(line: string): string {
  return line.includes('\n') ? line.replace(/\\([\s\S])/g, (all, after) => (after === '\n' ? '' : all)) : line
}

/** The end of a line as bash reads it: where the delimiter is unquoted, a backslash joins a line and the next. */
function endOfLine(text: string, from: number, quoted: boolean): number {
  let at = from
  for (;;) {
    const newline = text.indexOf('\n', at)
    if (newline === -1) return text.length
    let backslashes = 0
    while (newline - backslashes > from && text[newline - backslashes - 1] === '\\') backslashes++
    if (quoted || backslashes % 2 === 0) return newline
    at = newline + 1
  }
}

function readBody(reading: Reading, start: number, end: number): void {
  reading.nest({
    text: reading.text.slice(start, end),
    kind: 'heredoc',
    outer: (offset) => start + offset,
    escape: (change) => change,
  })
}

const plainDelimiter = /^[A-Za-z0-9_.@%+,:=/-]+$/
const readsShell = /\b(?:bash|sh|zsh|dash|ksh|ssh|envsubst)\b/

/**
 * A body with references becomes one that bash expands, in which everything else is escaped, so that all other bytes
 * stay what they are. A body without stays as it is.
 */
function readQuotedBody(reading: Reading, { heredoc, end, next }: Body & { heredoc: Heredoc }): void {
  const { text, found, at: start } = reading
  const usesBefore = found.uses.length
  const lineStart = text.lastIndexOf('\n', heredoc.start) + 1
  const warnsOfLiteral = !readsShell.test(text.slice(lineStart, heredoc.start))
  readLiteral(reading, end, { form: 'double', literal: true, warnsOfLiteral })
  const uses = found.uses.slice(usesBefore)
  if (uses.length === 0) return
  let from = start
  for (const use of [...uses, { start: end, end }]) {
    for (const match of text.slice(from, use.start).matchAll(/[\\$`]/g)) {
      found.edits.push({ start: from + match.index, end: from + match.index, text: '\\' })
    }
    from = use.end
  }
  const delimiter = plainDelimiter.test(heredoc.delimiter) ? heredoc.delimiter : freshDelimiter(text)
  found.edits.push({ start: heredoc.start, end: heredoc.end, text: delimiter })
  if (delimiter !== heredoc.delimiter && next !== null) {
    const line = text.slice(end, next)
    const tabs = heredoc.stripTabs ? (/^\t*/.exec(line)?.[0].length ?? 0) : 0
    const written = { start: end + tabs, end: end + tabs + heredoc.delimiter.length }
    found.edits.push({ ...written, text: delimiter })
  }
}

function freshDelimiter(text: string): string {
  let number = 1
  while (text.includes(`ION_END_${number}`)) number++
  return `ION_END_${number}`
}

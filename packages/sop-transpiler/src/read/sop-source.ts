import { type Range, Report, type SourceText, type Span, sourceText } from '@ion/core'
import type { SopSlice } from '../model.ts'

/** The text of a SOP, and what is found wrong with it. */
export interface SopSource {
  source: SourceText
  path: string | null
  report: Report
}

/** Takes a text as it was read from a file. */
export function sopSource(text: string, path: string | null): SopSource {
  const source = sourceText(text)
  return { source, path, report: new Report(source, path) }
}

/** The place of a stretch. */
export function rangeOf({ source }: SopSource, { start, end }: Span): Range {
  return { start: source.position(start), end: source.position(end) }
}

/** A stretch without the white space around it. */
export function trimmed({ source }: SopSource, span: Span): Span {
  const text = source.text.slice(span.start, span.end)
  const start = span.start + (text.length - text.trimStart().length)
  return { start, end: Math.max(start, span.start + text.trimEnd().length) }
}

/** A stretch with its text. White space at its end, and empty lines at its beginning, are no part of it. */
export function sliceOf(sop: SopSource, span: Span): SopSlice {
  const raw = sop.source.text.slice(span.start, span.end)
  const lead = /^(?:[ \t]*\n)+/.exec(raw)?.[0].length ?? 0
  const start = span.start + lead
  const text = sop.source.text.slice(start, span.start + raw.trimEnd().length)
  return { text, range: rangeOf(sop, { start, end: start + text.length }) }
}

import { type Document, type ParsedNode, parseAllDocuments } from 'yaml'
import type { Report } from '../report.ts'
import { buildTree } from './build-tree.ts'
import type { SourceText } from './source-text.ts'
import { describe, type SourceMap } from './source-tree.ts'
import { syntaxMessage } from './syntax-message.ts'

/** The largest text that is read, in bytes of UTF-8: 1 MiB. */
export const maxSourceBytes = 1024 * 1024

/** What a document is to be, in words. */
export interface DocumentKind {
  /** Such as `A workflow`. */
  name: string
  /** Keys it has, such as `name:` and `nodes:`, as part of a sentence. */
  keys: string
  /** What to do when it is too large. */
  whenTooLarge: string
}

const workflow: DocumentKind = {
  name: 'A workflow',
  keys: '`name:` and `nodes:`',
  whenTooLarge: 'Move long texts to command files or scripts.',
}

/**
 * Reads a YAML 1.2 document (core schema) whose root is a mapping. Whatever the text is, this reports and never throws.
 *
 * @returns the root, or `null` when the text can't be read at all; then an error has been reported.
 */
export function parseDocument(
  source: SourceText,
  report: Report,
  kind: DocumentKind = workflow,
): SourceMap | null {
  const { text } = source
  if (isTooLarge(text)) {
    const message = `The file is larger than ${maxSourceBytes / 1024 / 1024} MiB.`
    report.error({ code: 'ION1007', span: { start: 0, end: 0 }, message, hint: kind.whenTooLarge })
    return null
  }
  const [document, second] = documentsOf(text)
  if (second !== undefined) reportSecondDocument(second, report)
  if (document === undefined) return reportEmpty(report, kind)
  if (reportSyntax(document, source, report)) return null
  reportTagsAndVersion(document, report)
  if (document.contents === null) return reportEmpty(report, kind)
  const root = buildTree(document.contents, { source, report })
  if (root === null) return null
  if (root.kind === 'map') return root
  if (root.kind === 'scalar' && root.value === null) return reportEmpty(report, kind)
  const message = `${kind.name} is a mapping with keys like ${kind.keys}; this is ${describe(root)}.`
  report.error({ code: 'ION1009', span: { start: root.start, end: root.start + 1 }, message })
  return null
}

function isTooLarge(text: string): boolean {
  return text.length > maxSourceBytes || Buffer.byteLength(text) > maxSourceBytes
}

function documentsOf(text: string): Document.Parsed[] {
  const documents = parseAllDocuments<ParsedNode, true>(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    keepSourceTokens: true,
  })
  return 'empty' in documents ? [] : documents
}

function reportEmpty(report: Report, { name, keys }: DocumentKind): null {
  const hint = `${name} needs ${keys}.`
  report.error({ code: 'ION1009', span: { start: 0, end: 0 }, message: 'The file is empty.', hint })
  return null
}

function reportSecondDocument(document: Document.Parsed, report: Report): void {
  const [start] = document.range
  const message = 'The file holds more than one YAML document.'
  const hint = 'Remove the `---` and what follows it, or move it to a file of its own.'
  report.error({ code: 'ION1003', span: { start, end: start }, message, hint })
}

/** Reports syntax errors, the first of each line: those after it are its echo. */
function reportSyntax(document: Document.Parsed, source: SourceText, report: Report): boolean {
  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (exhausted !== undefined) {
    const [start] = exhausted.pos
    report.error({ code: 'ION1008', span: { start, end: start + 1 }, ...syntaxMessage(exhausted) })
    return true
  }
  const lines = new Set<number>()
  for (const error of document.errors) {
    if (error.code === 'TAG_RESOLVE_FAILED') continue
    const [start, end] = error.pos
    const { line } = source.position(start)
    if (!lines.has(line)) report.error({ code: 'ION1001', span: { start, end }, ...syntaxMessage(error) })
    lines.add(line)
  }
  return lines.size > 0
}

function reportTagsAndVersion(document: Document.Parsed, report: Report): void {
  for (const problem of [...document.errors, ...document.warnings]) {
    if (problem.code !== 'TAG_RESOLVE_FAILED') continue
    const [start, end] = problem.pos
    const message = 'YAML tags like `!name` have no meaning here.'
    report.error({ code: 'ION1004', span: { start, end }, message, hint: 'Remove the tag.' })
  }
  const { version, explicit } = document.directives.yaml
  if (!explicit || version === '1.2') return
  const message = `The file asks for YAML ${version}; Ion reads YAML 1.2.`
  report.error({ code: 'ION1010', span: { start: 0, end: 0 }, message, hint: 'Remove the `%YAML` line.' })
}

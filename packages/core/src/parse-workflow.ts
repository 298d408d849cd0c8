import type { WorkflowDefinition } from './definition.ts'
import type { Diagnostic } from './diagnostic.ts'
import { Report } from './report.ts'
import { parseDocument } from './yaml/parse-document.ts'
import { readWorkflow } from './yaml/read-workflow.ts'
import { sourceText } from './yaml/source-text.ts'

/** How to read a workflow's text. */
export interface ParseOptions {
  /** The file the text was read from: it stands in diagnostics, and names a workflow that has no `name`. Default `null`. */
  path?: string | null
  /** The language of the text. Default `yaml`. */
  format?: 'yaml'
}

/** A workflow with the warnings about it, or everything that is wrong. */
export type ParseResult =
  | { ok: true; workflow: WorkflowDefinition; diagnostics: Diagnostic[] }
  | { ok: false; workflow: null; diagnostics: Diagnostic[] }

/**
 * Parses and checks a workflow. All that is wrong is found in one pass, each with a code and its place, in order of
 * position. Never throws, whatever the text is.
 *
 * @example
 * const parsed = parseWorkflow(text, { path: 'build.yaml' })
 * if (parsed.ok) run(parsed.workflow)
 * else for (const diagnostic of parsed.diagnostics) console.error(formatDiagnostic(diagnostic, text))
 */
export function parseWorkflow(text: string, options: ParseOptions = {}): ParseResult {
  const { path = null, format = 'yaml' } = options
  const source = sourceText(text)
  const report = new Report(source, path)
  const document = parseDocument(source, report)
  const content = document && readWorkflow(document, path, { source, report })
  const diagnostics = report.diagnostics()
  if (content === null || report.hasErrors) return { ok: false, workflow: null, diagnostics }
  return { ok: true, workflow: { ...content, source: { format, text, path } }, diagnostics }
}

import type { Diagnostic } from '@ion/core'
import type { SopModel } from './model.ts'
import { readSop } from './read/read-sop.ts'

/** How to read a SOP's text. */
export interface SopOptions {
  /** The file the text was read from: it stands in diagnostics, and names a SOP without a name. Default `null`. */
  path?: string | null
}

/** A SOP as read, and what is doubtful about it. */
export interface ParsedSop {
  sop: SopModel
  /** In order of position. Those that keep it from being run are errors. */
  diagnostics: Diagnostic[]
}

/**
 * Reads a SOP: Markdown with parameters, steps and constraints. Every form in use is understood; what had to be guessed is
 * a warning. Never throws, whatever the text is.
 *
 * @example
 * const { sop, diagnostics } = parseSop(await readFile(path, 'utf8'), { path })
 * for (const step of sop.steps) console.log(step.number, step.title, step.constraints.length)
 */
export function parseSop(text: string, options: SopOptions = {}): ParsedSop {
  const { sop, source } = readSop(text, options.path ?? null)
  return { sop, diagnostics: source.report.diagnostics() }
}

import type { Diagnostic } from '@ion/core'
import { constraintRules } from './lint/constraints.ts'
import { fenceRules } from './lint/fences.ts'
import type { Finding, Rule } from './lint/finding.ts'
import { type SopFix, structureFixes } from './lint/fix.ts'
import { parameterRules } from './lint/parameters.ts'
import { partRules } from './lint/parts.ts'
import { referenceRules } from './lint/references.ts'
import { stepRules } from './lint/steps.ts'
import type { SopModel } from './model.ts'
import type { SopOptions } from './parse-sop.ts'
import { readSop } from './read/read-sop.ts'

/** How to look at a SOP. */
export interface LintOptions extends SopOptions {
  /** What breaks the letter of the format is an error, not a warning. Default `false`. */
  strict?: boolean
}

/** What is wrong with a SOP. */
export interface LintResult {
  sop: SopModel
  /** Everything that parsing says, and what the rules find, in order of position. */
  diagnostics: Diagnostic[]
  /** What can be mended without a change of meaning; for `applyFixes`. */
  fixes: SopFix[]
}

const rules: readonly Rule[] = [
  partRules,
  stepRules,
  constraintRules,
  parameterRules,
  referenceRules,
  fenceRules,
]

/**
 * Looks for what makes a SOP unclear or breaks its format. Never throws, whatever the text is.
 *
 * @example
 * const { diagnostics, fixes } = lintSop(text, { path, strict: true })
 * for (const diagnostic of diagnostics) console.log(formatDiagnostic(diagnostic, text))
 * await writeFile(path, applyFixes(text, fixes))
 */
export function lintSop(text: string, options: LintOptions = {}): LintResult {
  const { path = null, strict = false } = options
  const { sop, source, root } = readSop(text, path)
  const parsed = source.report.diagnostics()
  // Of a file with nothing in it there is no more to say.
  const isEmpty = parsed.some(({ severity }) => severity === 'error')
  const found = isEmpty ? [] : rules.flatMap((rule) => rule({ sop, source, root }))
  const diagnostics = [...parsed, ...found.map((finding) => toDiagnostic(finding, { path, strict }))]
  return {
    sop,
    diagnostics: diagnostics.toSorted(byPosition),
    fixes: [...structureFixes(parsed), ...found.flatMap(({ code, fix }) => (fix ? [{ code, ...fix }] : []))],
  }
}

function toDiagnostic(
  { code, range, message, hint, isFormat = false }: Finding,
  { path, strict }: { path: string | null; strict: boolean },
): Diagnostic {
  const severity = strict && isFormat ? 'error' : 'warning'
  return { code, severity, message, path, range, ...(hint === undefined ? {} : { hint }) }
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  const [left, right] = [a.range.start, b.range.start]
  return left.line - right.line || left.column - right.column
}

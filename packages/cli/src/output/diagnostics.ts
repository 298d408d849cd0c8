import { readFileSync } from 'node:fs'
import { type Diagnostic, formatDiagnostic } from '@ion/core'
import { displayPath } from '../project.ts'

/**
 * Diagnostics for a person, with the lines they are about.
 *
 * @param text - The text they were found in; without it the file that each names is read.
 */
export function diagnosticLines(diagnostics: readonly Diagnostic[], text?: string): string[] {
  return diagnostics.flatMap((diagnostic) => [
    formatDiagnostic(relative(diagnostic), text ?? textOf(diagnostic)),
    '',
  ])
}

/** Warnings for a person who only wants to run something: a line each. */
export function warningLines(diagnostics: readonly Diagnostic[]): string[] {
  return shortLines(diagnostics.filter(({ severity }) => severity === 'warning'))
}

/** Diagnostics in a line each. */
export function shortLines(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((diagnostic) => {
    const { severity, code, message, path, range } = relative(diagnostic)
    return `${severity}[${code}]: ${message} (${path ?? '<text>'}:${range.start.line}:${range.start.column})`
  })
}

function relative(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.path === null ? diagnostic : { ...diagnostic, path: displayPath(diagnostic.path) }
}

function textOf({ path }: Diagnostic): string {
  try {
    return path === null ? '' : readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

import type { Diagnostic, Range } from '@ion/core'

/** Something that was made, or not made, of what the author wrote, to be told. */
export interface Derivation {
  code: string
  range: Range
  message: string
  hint?: string
}

/** A derivation as a diagnostic. */
export function toDiagnostic(derivation: Derivation, path: string | null): Diagnostic {
  return { severity: 'info', path, ...derivation }
}

/** The beginning of what the author wrote, for a message. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 159)}…` : line
}

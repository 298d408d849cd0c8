import type { Diagnostic } from '@ion/core'

/**
 * What checking files came to, in a line.
 *
 * @example
 * checkedSummary(checked, 'workflow') // '3 workflows, 1 invalid: 2 errors, 1 warning'
 */
export function checkedSummary(
  checked: readonly { valid: boolean; diagnostics: readonly Diagnostic[] }[],
  noun: string,
): string {
  const invalid = checked.filter(({ valid }) => !valid).length
  const found = checked.flatMap(({ diagnostics }) => diagnostics)
  const errors = found.filter(({ severity }) => severity === 'error').length
  const warnings = found.length - errors
  const files = checked.length === 1 ? `1 ${noun}` : `${checked.length} ${noun}s`
  const details = [
    ...(errors > 0 ? [errors === 1 ? '1 error' : `${errors} errors`] : []),
    ...(warnings > 0 ? [warnings === 1 ? '1 warning' : `${warnings} warnings`] : []),
  ]
  const verdict = invalid === 0 ? `${files} valid` : `${files}, ${invalid} invalid`
  return details.length > 0 ? `${verdict}: ${details.join(', ')}` : verdict
}

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
  const files = counted(checked.length, noun)
  const words = { error: 'error', warning: 'warning', info: 'note' } as const
  const details = (['error', 'warning', 'info'] as const).flatMap((kind) => {
    const number = found.filter(({ severity }) => severity === kind).length
    return number > 0 ? [counted(number, words[kind])] : []
  })
  const verdict = invalid === 0 ? `${files} valid` : `${files}, ${invalid} invalid`
  return details.length > 0 ? `${verdict}: ${details.join(', ')}` : verdict
}

function counted(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`
}

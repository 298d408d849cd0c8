/** What a name of an input has to be like, in words. */
export const inputNameHint = 'Such a name has letters, digits, `_` and `-`, and begins with a letter or `_`.'

/** Whether a name can be an input's. */
export function isInputName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)
}

/**
 * The name that an input has in the environment of processes.
 *
 * @example
 * inputVariable('base-branch') // 'INPUTS_BASE_BRANCH'
 */
export function inputVariable(name: string): string {
  return `INPUTS_${name.toUpperCase().replaceAll('-', '_')}`
}

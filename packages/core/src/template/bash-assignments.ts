/** A value can't be given to bash: its variables end at a NUL character. */
export class NulInVariableError extends Error {
  readonly code = 'nul_in_variable'
  /** The shell variable that was to hold the value. */
  readonly variable: string

  constructor(variable: string, reference?: string) {
    const what = reference === undefined ? `The value for \`${variable}\`` : `The value of \`${reference}\``
    super(`${what} has a NUL character, which no bash variable can hold. Pass it in a file, or encode it.`)
    this.name = 'NulInVariableError'
    this.variable = variable
  }
}

/**
 * The text of a file that sets shell variables when bash reads it with `source`: whatever is in the values, and however
 * long they are.
 *
 * @param bindings `reference` is what the author wrote, to be named in the error
 * @throws NulInVariableError when a value has a NUL character.
 * @example
 * bashAssignments([{ variable: 'ION_REF_1', value: "it's" }]) // `ION_REF_1='it'\''s'\n`
 */
export function bashAssignments(bindings: { variable: string; value: string; reference?: string }[]): string {
  return bindings
    .map(({ variable, value, reference }) => {
      if (value.includes('\u0000')) throw new NulInVariableError(variable, reference)
      return `${variable}='${value.replaceAll("'", "'\\''")}'\n`
    })
    .join('')
}

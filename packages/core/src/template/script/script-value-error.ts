/** A value can't be written where its reference stands in a script. The message says why, and what to do. */
export class ScriptValueError extends Error {
  readonly code = 'unsafe_in_script'
  /** As the author wrote it. */
  readonly reference: string

  constructor(reference: string, details: { reason: string; reader?: string | undefined }) {
    const where = details.reader === undefined ? '' : ` in the node \`${details.reader}\``
    super(
      `\`${reference}\`${where} can't be written into the script: ${details.reason} Give it to the script under \`with:\`, and read it from the environment.`,
    )
    this.name = 'ScriptValueError'
    this.reference = reference
  }
}

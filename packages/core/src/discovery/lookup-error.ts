/** What a lookup by name came to. */
export type LookupErrorCode =
  | 'workflow_not_found'
  | 'ambiguous_workflow'
  | 'invalid_command_name'
  | 'command_not_found'
  | 'ambiguous_command'
  | 'empty_command'
  | 'script_not_found'
  | 'ambiguous_script'
  | 'unreadable_file'

/** A workflow, command or script could not be found by its name. */
export class LookupError extends Error {
  readonly code: LookupErrorCode
  /** Names, or for an ambiguous name the paths, that may have been meant. */
  readonly suggestions: string[]

  constructor(
    code: LookupErrorCode,
    message: string,
    details: { suggestions?: string[]; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.name = 'LookupError'
    this.code = code
    this.suggestions = details.suggestions ?? []
  }
}

import type { Diagnostic } from '@ion/core'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** What a `CliError` says besides its message. */
export interface CliErrorFacts {
  /** Stable, for `--json`. */
  code: string
  exitCode: ExitCode
  /** What to do about it, in one line. */
  hint?: string | undefined
  /** Everything that is wrong with a workflow. */
  diagnostics?: Diagnostic[]
  /** The text that the diagnostics are about, where it came from no file. */
  text?: string
}

/** An error that the person at the shell can do something about: one line, a hint, an exit code. */
export class CliError extends Error {
  readonly facts: CliErrorFacts

  constructor(message: string, facts: CliErrorFacts, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.facts = facts
  }
}

/** The command line is wrong. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError(message, { code: 'usage', exitCode: exitCodes.usage, hint })
}

/** What the command line names does not exist. */
export function notFoundError(message: string, hint?: string): CliError {
  return new CliError(message, { code: 'not_found', exitCode: exitCodes.notFound, hint })
}

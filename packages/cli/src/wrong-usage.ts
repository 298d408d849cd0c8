import type { CommanderError } from 'commander'
import { type CliError, usageError } from './cli-error.ts'

/**
 * What Commander says of a wrong command line, in one line. It ends its messages with a suggestion in parentheses on a line
 * of its own.
 *
 * @param help - The command that shows what would be right.
 */
export function wrongUsage(error: CommanderError, help: string): CliError {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (?:one of )?(.+?)\??\)/.exec(rest.join(' '))?.[1]
  const hint = suggestion === undefined ? `see ${help}` : `did you mean ${suggestion}?`
  return usageError(first.replace(/\.$/, ''), hint)
}

/** Help and version are printed by now: Commander reports that as an error too. */
export function isHelpShown({ exitCode, code }: CommanderError): boolean {
  return exitCode === 0 || code === 'commander.help'
}

import type { Cli } from './cli.ts'
import type { ExitCode } from './exit-codes.ts'
import { type ErrorReport, explainError } from './explain-error.ts'
import { diagnosticLines } from './output/diagnostics.ts'

/** Says an error, in one line after the diagnostics it has, or as data with `--json`. */
export function tellError({ terminal, options, env }: Cli, error: unknown): ExitCode {
  const report = explainError(error)
  if (options.json) terminal.printJson(errorAsData(report))
  else for (const line of errorLines(report)) terminal.say(line)
  if (env.ION_DEBUG && error instanceof Error) terminal.say(error.stack ?? error.message)
  return report.exitCode
}

function errorAsData({ exitCode, text: _, ...error }: ErrorReport) {
  return { schema: 'ion/error@1', exitCode, error }
}

function errorLines({ message, hint, diagnostics = [], text }: ErrorReport): string[] {
  return [...diagnosticLines(diagnostics, text), `ion: ${message}${hint === undefined ? '' : ` (${hint})`}`]
}

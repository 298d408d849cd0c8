import { redactStoreUrls } from '@ion/executor'
import type { Cli } from './cli.ts'
import type { ExitCode } from './exit-codes.ts'
import { type ErrorReport, explainError } from './explain-error.ts'
import { diagnosticLines } from './output/diagnostics.ts'

/**
 * Says an error, in one line after the diagnostics it has, or as data with `--json`. Whatever named the store (an option, a
 * configuration's line that is shown, a driver), its password is not said.
 */
export function tellError({ terminal, options, env, namedStores = [] }: Cli, error: unknown): ExitCode {
  const report = explainError(error)
  const urls = [options.store, env.ION_STORE, ...namedStores].filter((url) => url !== undefined)
  const redact = (text: string) => redactStoreUrls(text, urls)
  if (options.json) terminal.printJson(mapTexts(errorAsData(report), redact))
  else for (const line of errorLines(report)) terminal.say(redact(line))
  if (env.ION_DEBUG && error instanceof Error) terminal.say(redact(error.stack ?? error.message))
  return report.exitCode
}

/** The same data with every text in it changed. */
function mapTexts(data: object, change: (text: string) => string): object {
  return JSON.parse(
    JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' ? change(value) : value)),
  )
}

function errorAsData({ exitCode, text: _, ...error }: ErrorReport) {
  return { schema: 'ion/error@1', exitCode, error }
}

function errorLines({ message, hint, diagnostics = [], text }: ErrorReport): string[] {
  return [...diagnosticLines(diagnostics, text), `ion: ${message}${hint === undefined ? '' : ` (${hint})`}`]
}

import { createRequire } from 'node:module'
import { CommanderError } from 'commander'
import type { Cli, GlobalOptions } from './cli.ts'
import { usageError } from './cli-error.ts'
import { type LoadedConfig, loadConfig } from './config/load-config.ts'
import { exitCodes } from './exit-codes.ts'
import { type ErrorReport, explainError } from './explain-error.ts'
import { diagnosticLines } from './output/diagnostics.ts'
import { createProgram } from './program.ts'
import { createTerminal } from './terminal.ts'

/**
 * Runs `ion` in this process: its streams, environment, working directory and signals are the command's.
 *
 * @param args - The command line without node and script.
 * @returns the exit code; nothing is thrown.
 *
 * @example
 * process.exitCode = await runCli(['list', '--json'])
 */
export async function runCli(args: readonly string[]): Promise<number> {
  // Until the command line is read, and if it can't be: what it seems to ask for.
  const ended = args.indexOf('--')
  const words = ended === -1 ? args : args.slice(0, ended)
  let options: GlobalOptions = { json: words.includes('--json'), color: !words.includes('--no-color') }
  const terminal = createTerminal({
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    wishes: () => ({ json: options.json === true, quiet: options.quiet === true, color: options.color }),
  })
  let config: Promise<LoadedConfig> | undefined
  const cli: Cli = {
    terminal,
    env: process.env,
    get options() {
      return options
    },
    config() {
      config ??= loadConfig(process.cwd())
      return config
    },
    exitCode: exitCodes.completed,
  }
  try {
    const program = createProgram(cli, {
      version: ownVersion(),
      begin(parsed) {
        options = parsed.opts<GlobalOptions & Record<string, unknown>>()
        changeFolder(options.cwd)
      },
    })
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    cli.exitCode = error instanceof CommanderError ? exitCodes.completed : tellError(cli, error)
  }
  await terminal.flush()
  return checkOutput(cli)
}

function ownVersion(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('../package.json')
  return manifest.version
}

function changeFolder(folder: string | undefined): void {
  if (folder === undefined) return
  try {
    process.chdir(folder)
  } catch (error) {
    throw usageError(`--cwd: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function tellError(cli: Cli, error: unknown): number {
  const report = explainError(error)
  if (cli.options.json) cli.terminal.printJson(errorAsData(report))
  else for (const line of errorLines(report)) cli.terminal.say(line)
  if (cli.env.ION_DEBUG && error instanceof Error) cli.terminal.say(error.stack ?? error.message)
  return report.exitCode
}

function errorAsData({ exitCode, text: _, ...error }: ErrorReport) {
  return { schema: 'ion/error@1', exitCode, error }
}

function errorLines({ message, hint, diagnostics = [], text }: ErrorReport): string[] {
  return [...diagnosticLines(diagnostics, text), `ion: ${message}${hint === undefined ? '' : ` (${hint})`}`]
}

/** Data that could not be written is a failure, unless its reader has simply gone. */
function checkOutput({ terminal, exitCode }: Cli): number {
  const { outputError } = terminal
  if (outputError === null) return exitCode
  terminal.say(`ion: the output can't be written: ${outputError.message}`)
  return exitCode === exitCodes.completed ? exitCodes.failed : exitCode
}

import { createRequire } from 'node:module'
import { type Command, CommanderError } from 'commander'
import type { Cli, GlobalOptions } from './cli.ts'
import { usageError } from './cli-error.ts'
import { type LoadedConfig, loadConfig } from './config/load-config.ts'
import { exitCodes } from './exit-codes.ts'
import { hidePasswords } from './process-title.ts'
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
  await hidePasswords(process)
  const { cli, begin } = createCli(args)
  const crash = async (error: unknown) => process.exit(await tellError(cli, error))
  process.once('uncaughtException', crash)
  try {
    const program = await createProgram(cli, { version: ownVersion(), words: args, begin })
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    cli.exitCode = error instanceof CommanderError ? exitCodes.completed : await tellError(cli, error)
  }
  await cli.terminal.flush()
  process.off('uncaughtException', crash)
  return checkOutput(cli)
}

/** What commands work with. Until the command line is read, and if it can't be, the options are what it seems to ask for. */
function createCli(args: readonly string[]): { cli: Cli; begin: (program: Command) => void } {
  const end = args.indexOf('--')
  const words = end === -1 ? args : args.slice(0, end)
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
  return {
    cli,
    begin(program) {
      options = program.opts<GlobalOptions & Record<string, unknown>>()
      changeFolder(options.cwd)
    },
  }
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

/** Loaded only now: it knows the errors of the whole engine. */
async function tellError(cli: Cli, error: unknown): Promise<number> {
  return (await import('./tell-error.ts')).tellError(cli, error)
}

/** Data that could not be written is a failure, unless its reader has simply gone. */
function checkOutput({ terminal, exitCode }: Cli): number {
  const { outputError } = terminal
  if (outputError === null) return exitCode
  terminal.say(`ion: the output can't be written: ${outputError.message}`)
  return exitCode === exitCodes.completed ? exitCodes.failed : exitCode
}

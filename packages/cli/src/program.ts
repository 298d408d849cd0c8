import { Command, type CommanderError } from 'commander'
import type { Cli } from './cli.ts'
import { rootHelp } from './root-help.ts'
import { isHelpShown, wrongUsage } from './wrong-usage.ts'

type Loader = () => Promise<(cli: Cli) => Command>

/** How each command is loaded: saying the version or the help needs no engine. */
const commands: { readonly [name: string]: Loader } = {
  init: async () => (await import('./commands/init.ts')).initCommand,
  run: async () => (await import('./commands/run.ts')).runCommand,
  resume: async () => (await import('./commands/resume.ts')).resumeCommand,
  approve: async () => (await import('./commands/approve.ts')).approveCommand,
  reject: async () => (await import('./commands/reject.ts')).rejectCommand,
  cancel: async () => (await import('./commands/cancel.ts')).cancelCommand,
  list: async () => (await import('./commands/list.ts')).listCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  logs: async () => (await import('./commands/logs.ts')).logsCommand,
  usage: async () => (await import('./commands/usage.ts')).usageCommand,
  artifacts: async () => (await import('./commands/artifacts.ts')).artifactsCommand,
  annotate: async () => (await import('./commands/annotate.ts')).annotateCommand,
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  prune: async () => (await import('./commands/prune.ts')).pruneCommand,
  sop: async () => (await import('./commands/sop.ts')).sopCommand,
  store: async () => (await import('./commands/store.ts')).storeCommand,
  help: async () => (await import('./commands/help.ts')).helpCommand,
}

/** The names of all commands. */
export const commandNames: readonly string[] = Object.keys(commands)

/**
 * The commands and options of `ion`. Parsing throws a `CommanderError` once it has shown help or version, and a
 * `CliError` for wrong usage.
 *
 * @param options.words - The command line; of commands that are not in it only the names are known.
 * @param options.begin - Called with the command line read, before a command does anything.
 */
export async function createProgram(
  cli: Cli,
  options: { version: string; words: readonly string[]; begin: (program: Command) => void },
): Promise<Command> {
  const { version, words, begin } = options
  const program = new Command('ion')
  program
    .option('--store <url>', 'where runs are kept (ION_STORE; default file:.ion/runs)')
    .option('--store-package <name>', 'the package that opens the store')
    .option('--cwd <folder>', 'work in this folder')
    .option('--json', 'print data as JSON')
    .option('--quiet', 'say only what must be said')
    .option('--no-color', 'no colours (NO_COLOR)')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => cli.terminal.print(text.trimEnd()),
      writeErr: (text) => cli.terminal.say(text.trimEnd()),
      outputError: () => {},
    })
    .exitOverride((error) => leave(error, 'ion --help'))
    .hook('preAction', () => begin(program))
  program.helpInformation = () => rootHelp
  for (const [name, load] of Object.entries(commands)) {
    const command = words.includes(name) ? (await load())(cli) : new Command(name)
    for (const each of [command, ...command.commands]) {
      each.copyInheritedSettings(program)
      each.exitOverride((error) => leave(error, `ion help ${command.name()}`))
    }
    program.addCommand(command)
  }
  return program
}

function leave(error: CommanderError, help: string): never {
  throw isHelpShown(error) ? error : wrongUsage(error, help)
}

import { Command, type CommanderError } from 'commander'
import type { Cli } from './cli.ts'
import { approveCommand } from './commands/approve.ts'
import { cancelCommand } from './commands/cancel.ts'
import { helpCommand } from './commands/help.ts'
import { initCommand } from './commands/init.ts'
import { listCommand } from './commands/list.ts'
import { logsCommand } from './commands/logs.ts'
import { rejectCommand } from './commands/reject.ts'
import { resumeCommand } from './commands/resume.ts'
import { runCommand } from './commands/run.ts'
import { showCommand } from './commands/show.ts'
import { validateCommand } from './commands/validate.ts'
import { rootHelp } from './root-help.ts'
import { isHelpShown, wrongUsage } from './wrong-usage.ts'

const commands: readonly ((cli: Cli) => Command)[] = [
  initCommand,
  runCommand,
  resumeCommand,
  approveCommand,
  rejectCommand,
  cancelCommand,
  listCommand,
  showCommand,
  logsCommand,
  validateCommand,
  helpCommand,
]

/**
 * The commands and options of `ion`. Parsing throws a `CommanderError` once it has shown help or version, and a
 * `CliError` for wrong usage.
 *
 * @param begin - Called with the command line read, before a command does anything.
 */
export function createProgram(
  cli: Cli,
  { version, begin }: { version: string; begin: (program: Command) => void },
): Command {
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
  for (const create of commands) {
    const command = create(cli)
    command.copyInheritedSettings(program)
    command.exitOverride((error) => leave(error, `ion help ${command.name()}`))
    program.addCommand(command)
  }
  return program
}

function leave(error: CommanderError, help: string): never {
  throw isHelpShown(error) ? error : wrongUsage(error, help)
}

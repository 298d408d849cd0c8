import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { usageError } from '../cli-error.ts'
import { exitCodes, exitCodeTable } from '../exit-codes.ts'
import { alignColumns } from '../output/table.ts'

/** `ion help`: the help of a command, or of a topic. */
export function helpCommand(cli: Cli): Command {
  return new Command('help')
    .summary('show help for a command, or the exit codes')
    .description('Shows the help of a command; `ion help exit-codes` shows what ion exits with.')
    .argument('[topic]', 'a command, or exit-codes')
    .action((topic: string | undefined, _options: object, command: Command) => {
      const program = command.parent ?? command
      cli.exitCode = exitCodes.completed
      if (topic === 'exit-codes') return printExitCodes(cli)
      const about = topic === undefined ? program : program.commands.find((known) => known.name() === topic)
      if (!about)
        throw usageError(`there is no command ${JSON.stringify(topic)}`, 'ion --help lists commands')
      about.outputHelp()
    })
}

function printExitCodes({ terminal, options }: Cli): void {
  if (options.json) terminal.printJson({ schema: 'ion/exit-codes@1', exitCodes: exitCodeTable })
  else {
    for (const line of alignColumns(exitCodeTable.map(({ code, meaning }) => [String(code), meaning]))) {
      terminal.print(line)
    }
  }
}

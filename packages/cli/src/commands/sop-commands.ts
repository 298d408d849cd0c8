import { Command, Option } from 'commander'
import type { Cli } from '../cli.ts'
import { examples } from '../help-text.ts'
import { type CommandType, commandFile, commandFolder, commandTypes } from '../sops/command-file.ts'
import { type MakingFlags, makeFiles, withMakingOptions } from '../sops/making.ts'

interface CommandsFlags extends MakingFlags {
  type: CommandType
}

/** `ion sop commands`: makes SOPs commands of another program. */
export function sopCommandsCommand(cli: Cli): Command {
  const command = new Command('commands')
    .summary('make SOPs commands of Cursor, Claude Code or Gemini CLI')
    .description(
      'Makes a file of each SOP by which another program knows it as a command. What was made before is replaced; if there is any ' +
        'other file in the place of one, nothing is written.',
    )
    .addOption(new Option('--type <program>', 'the program').choices([...commandTypes]).makeOptionMandatory())
  const folders = commandTypes.map(commandFolder).join(', ')
  return withMakingOptions(command, folders)
    .addHelpText(
      'after',
      examples('ion sop commands --type claude', 'ion sop commands release-notes --type gemini'),
    )
    .action(async (names: string[], flags: CommandsFlags) => {
      const { type } = flags
      const options = { names, flags, folder: commandFolder(type), schema: 'ion/sop-commands@1' }
      cli.exitCode = await makeFiles(cli, {
        ...options,
        make: (described, folder) => {
          const file = commandFile(described, { type, folder })
          const { namesFor } = file
          const why = `${described.file} has ${namesFor}, which ${type} would replace`
          return {
            file,
            warning: namesFor === null ? undefined : `${why}: its command names the file instead`,
          }
        },
      })
    })
}

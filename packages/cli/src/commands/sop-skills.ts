import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { examples } from '../help-text.ts'
import { type MakingFlags, makeFiles, withMakingOptions } from '../sops/making.ts'
import { skillFile } from '../sops/skill-file.ts'

const folder = 'skills'

/** `ion sop skills`: makes skills of SOPs. */
export function sopSkillsCommand(cli: Cli): Command {
  const command = new Command('skills')
    .summary('make skills of SOPs: a folder each, with SKILL.md')
    .description(
      'Makes <folder>/<name>/SKILL.md of each SOP: its name, what it does and when to use it, and its text. What was made before ' +
        'is replaced; if there is any other file in the place of one, nothing is written.',
    )
  return withMakingOptions(command, folder)
    .addHelpText('after', examples('ion sop skills', 'ion sop skills release-notes --out .claude/skills'))
    .action(async (names: string[], flags: MakingFlags) => {
      const make = (...sop: Parameters<typeof skillFile>) => ({ file: skillFile(...sop) })
      cli.exitCode = await makeFiles(cli, { names, flags, folder, schema: 'ion/sop-skills@1', make })
    })
}

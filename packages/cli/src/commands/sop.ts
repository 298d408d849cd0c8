import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { examples } from '../help-text.ts'
import { sopCommandsCommand } from './sop-commands.ts'
import { sopConvertCommand } from './sop-convert.ts'
import { sopLintCommand } from './sop-lint.ts'
import { sopNewCommand } from './sop-new.ts'
import { sopRuleCommand } from './sop-rule.ts'
import { sopSkillsCommand } from './sop-skills.ts'

/** `ion sop`: what is done with Agent SOPs besides running them. */
export function sopCommand(cli: Cli): Command {
  return new Command('sop')
    .summary('check Agent SOPs, make new ones, and make workflows and skills of them')
    .description(
      'Looks after Agent SOPs (*.sop.md): `new` makes one, `rule` says how they are written, `lint` what is unclear in them; ' +
        '`convert` makes a workflow in YAML of one, `skills` and `commands` what other programs know them by. They are run as ' +
        'workflows are: ion run <name>.',
    )
    .addHelpText(
      'after',
      examples('ion sop new release-notes', 'ion sop lint --strict', 'ion run release-notes'),
    )
    .helpCommand(false)
    .addCommand(sopNewCommand(cli))
    .addCommand(sopLintCommand(cli))
    .addCommand(sopConvertCommand(cli))
    .addCommand(sopSkillsCommand(cli))
    .addCommand(sopCommandsCommand(cli))
    .addCommand(sopRuleCommand(cli))
}

import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { authoringGuide } from '../sops/authoring-guide.ts'

/** `ion sop rule`: says how SOPs are written. */
export function sopRuleCommand(cli: Cli): Command {
  return new Command('rule')
    .summary('say how SOPs are written')
    .description(
      'Prints a guide to writing SOPs, for people and for agents, with the frontmatter of a rule of Cursor.',
    )
    .addHelpText('after', examples('ion sop rule', 'ion sop rule > .cursor/rules/sops.mdc'))
    .action(() => {
      const { terminal, options } = cli
      if (options.json) terminal.printJson({ schema: 'ion/sop-rule@1', text: authoringGuide })
      else terminal.print(authoringGuide.trimEnd())
      cli.exitCode = exitCodes.completed
    })
}

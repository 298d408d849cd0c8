import { approveWorkflow } from '@ion/executor'
import { Command } from 'commander'
import { withAgentOptions } from '../agent-option.ts'
import type { Cli } from '../cli.ts'
import { examples } from '../help-text.ts'
import { type AnswerFlags, answer } from './answer.ts'

/** `ion approve`: answers a gate with yes and goes on. */
export function approveCommand(cli: Cli): Command {
  const command = new Command('approve')
    .summary('approve what a run waits for, and go on with it')
    .description(
      'Approves an open gate and goes on with the run, or leaves that to the process that holds it.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
    .argument('[gate]', 'id of the node that asks; needed when several do')
    .option(
      '--text <text>',
      "the response: the gate's output where the workflow asks for one, or what a loop is to heed next",
    )
    .option('--by <name>', 'who approves (default: the name you are logged in with)')
    .option('--no-resume', 'only send the answer')
  return withAgentOptions(command)
    .addHelpText('after', examples('ion approve latest', "ion approve 7f3a review --text 'ship it'"))
    .action(async (reference: string, gate: string | undefined, flags: AnswerFlags & { text?: string }) => {
      cli.exitCode = await answer(cli, { reference, gate, text: flags.text, flags, send: approveWorkflow })
    })
}

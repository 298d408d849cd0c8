import { rejectWorkflow } from '@ion/executor'
import { Command } from 'commander'
import { withAgentOptions } from '../agent-option.ts'
import type { Cli } from '../cli.ts'
import { examples } from '../help-text.ts'
import { type AnswerFlags, answer } from './answer.ts'

/** `ion reject`: answers a gate with no. */
export function rejectCommand(cli: Cli): Command {
  const command = new Command('reject')
    .summary('reject what a run waits for')
    .description(
      'Rejects an open gate. Where the gate has `on_reject`, what was rejected is reworked and the gate asks again. Else the run is cancelled, or goes on with the gate failed where the workflow allows that.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
    .argument('[gate]', 'id of the node that asks; needed when several do')
    .option('--reason <text>', 'why')
    .option('--by <name>', 'who rejects (default: the name you are logged in with)')
    .option('--no-resume', 'only send the answer')
  return withAgentOptions(command)
    .addHelpText('after', examples('ion reject latest', "ion reject 7f3a review --reason 'too long'"))
    .action(async (reference: string, gate: string | undefined, flags: AnswerFlags & { reason?: string }) => {
      cli.exitCode = await answer(cli, { reference, gate, text: flags.reason, flags, send: rejectWorkflow })
    })
}

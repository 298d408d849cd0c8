import { resumeWorkflow } from '@ion/executor'
import { Command } from 'commander'
import { type AgentFlags, withAgentOptions } from '../agent-option.ts'
import type { Cli } from '../cli.ts'
import { executeRun } from '../execution.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { openRun } from '../open-run.ts'
import { withStore } from '../store-option.ts'

/** `ion resume`: goes on with a run. */
export function resumeCommand(cli: Cli): Command {
  const command = new Command('resume')
    .summary('go on with a run that stopped, failed or was killed')
    .description(
      'Goes on with a run that stopped, failed or was killed. What is complete stays; what was cut short, failed, or was ' +
        'skipped because of a failure runs again. The run keeps the workflow and the agent it was started with.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
  return withAgentOptions(command)
    .addHelpText('after', examples('ion resume latest', "ion resume 7f3a --agent-command 'claude -p'"))
    .action(async (reference: string, flags: AgentFlags) => {
      cli.exitCode = await withStore(cli, async (store) => {
        const opened = await openRun(cli, store, { reference, flags })
        const exitCode = await executeRun(cli, {
          ...opened,
          start: async (options) =>
            await resumeWorkflow({ ...options, runId: opened.runId, unstarted: opened.unstarted }),
        })
        return exitCode ?? exitCodes.completed
      })
    })
}

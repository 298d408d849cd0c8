import { cancelWorkflow } from '@ion/executor'
import { describeOwner, hasEnded } from '@ion/store'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { currentUser } from '../current-user.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { findRun, idShortener } from '../run-reference.ts'
import { withStore } from '../store-option.ts'

interface CancelFlags {
  reason?: string
  by?: string
}

/** `ion cancel`: ends a run for good. */
export function cancelCommand(cli: Cli): Command {
  return new Command('cancel')
    .summary('end a run for good')
    .description(
      'Cancels a run: what runs is ended, and the run can not be resumed. Where another process holds the run, it is told, ' +
        'and this command waits for it.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
    .option('--reason <text>', 'why')
    .option('--by <name>', 'who cancels (default: the name you are logged in with)')
    .addHelpText('after', examples('ion cancel latest', "ion cancel 7f3a --reason 'wrong branch'"))
    .action(async (reference: string, flags: CancelFlags) => {
      cli.exitCode = await cancel(cli, reference, flags)
    })
}

async function cancel(
  cli: Cli,
  reference: string,
  { reason, by = currentUser() }: CancelFlags,
): Promise<number> {
  return await withStore(cli, async (store) => {
    const run = await findRun(store, reference)
    const shortId = (await idShortener(store))(run.id)
    const claim = run.claim?.state === 'live' ? run.claim : null
    if (claim) cli.terminal.note(`waiting for ${describeOwner(claim.owner)} to end run ${shortId}`)
    const { signal, status, heldBy } = await cancelWorkflow({
      store,
      runId: run.id,
      ...(reason === undefined ? {} : { reason }),
      ...(by === undefined ? {} : { by }),
    })
    if (cli.options.json)
      cli.terminal.printJson({ schema: 'ion/cancel@1', runId: run.id, status, signal, heldBy })
    if (status === 'cancelled') {
      cli.terminal.note(`run ${shortId} is cancelled`)
      return exitCodes.completed
    }
    const holder = heldBy ? `; ${describeOwner(heldBy.owner)} holds it` : ''
    cli.terminal.say(`ion: run ${shortId} was asked to cancel and is ${status}${holder}`)
    return hasEnded(status) ? exitCodes.failed : exitCodes.unavailable
  })
}

import { type AnswerOptions, type AnswerResult, ExecutorError } from '@ion/executor'
import { describeOwner } from '@ion/store'
import { type AgentFlags, agentHint } from '../agent-option.ts'
import type { Cli } from '../cli.ts'
import { CliError } from '../cli-error.ts'
import { currentUser } from '../current-user.ts'
import { executeRun } from '../execution.ts'
import { exitCodes } from '../exit-codes.ts'
import { commandWriter } from '../next-command.ts'
import { type OpenedRun, openRun } from '../open-run.ts'
import { withStore } from '../store-option.ts'

/** What `approve` and `reject` take besides the text. */
export interface AnswerFlags extends AgentFlags {
  by?: string
  /** `false` with `--no-resume`. */
  resume: boolean
}

/** An answer to a gate, as it was typed. */
export interface TypedAnswer {
  reference: string
  gate: string | undefined
  text: string | undefined
  flags: AnswerFlags
  send(options: AnswerOptions): Promise<AnswerResult>
}

/** Sends an answer, and goes on with the run unless somebody holds it or that isn't wanted. */
export async function answer(cli: Cli, { reference, gate, text, flags, send }: TypedAnswer): Promise<number> {
  return await withStore(cli, async (store) => {
    const opened = await openRun(cli, store, { reference, flags })
    const by = flags.by ?? currentUser()
    const sent: { answer?: AnswerResult } = {}
    const exitCode = await executeRun(cli, {
      ...opened,
      async start(options) {
        sent.answer = await send({
          ...options,
          runId: opened.runId,
          unstarted: opened.unstarted,
          resume: flags.resume,
          ...(gate === undefined ? {} : { nodeId: gate }),
          ...(text === undefined ? {} : { text }),
          ...(by === undefined ? {} : { by }),
        }).catch((error: unknown) => {
          throw explainStoredAnswer(error, cli, opened)
        })
        return sent.answer.result
      },
    })
    if (exitCode === null && sent.answer) tellSent(cli, opened, sent.answer)
    return exitCode ?? exitCodes.completed
  })
}

/** The answer is stored before the run goes on: a run that can't go on here has been answered all the same. */
function explainStoredAnswer(error: unknown, cli: Cli, { shortId }: OpenedRun): unknown {
  if (!(error instanceof ExecutorError) || error.code !== 'missing_agent') return error
  const resume = commandWriter(cli)('resume', shortId)
  return new CliError(`the answer is stored, but the run can't go on: ${error.message}`, {
    code: error.code,
    exitCode: exitCodes.usage,
    hint: `go on with ${resume}; ${agentHint}`,
  })
}

function tellSent(cli: Cli, { runId, shortId }: OpenedRun, { signal, gate, heldBy }: AnswerResult): void {
  const { terminal, options } = cli
  if (options.json) terminal.printJson({ schema: 'ion/answer@1', runId, gate, signal, heldBy })
  else if (heldBy)
    terminal.note(`answered ${gate.node}; ${describeOwner(heldBy.owner)} holds run ${shortId} and goes on`)
  else terminal.note(`answered ${gate.node}\nresume:  ${commandWriter(cli)('resume', shortId)}`)
}

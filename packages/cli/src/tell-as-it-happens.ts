import { derivedStatus, type IWorkflowStore, type WorkflowRun, watchRun } from '@ion/store'
import type { Cli } from './cli.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { formatNodeLine, nameWidth } from './output/format-node-line.ts'
import { eventLine } from './output/node-line.ts'
import { storedWorkflow } from './run-state.ts'

/** Prints what happens in a run, a line for each event of a node and each change of its status, until it has ended. */
export async function tellAsItHappens(
  { terminal, options }: Cli,
  store: IWorkflowStore,
  run: WorkflowRun,
): Promise<ExitCode> {
  const width = nameWidth(storedWorkflow(run)?.nodes.map(({ id }) => id) ?? [])
  let status: string | null = null
  for await (const news of watchRun({ store, id: run.id })) {
    if (terminal.outputClosed) break
    if (news.kind === 'event') {
      const line = eventLine(news.event)
      if (options.json) terminal.printJson({ schema: 'ion/event@1', ...news.event })
      else if (line) terminal.print(formatNodeLine(line, width, terminal.dataColors))
    } else if (derivedStatus(news.run) !== status) {
      status = derivedStatus(news.run)
      if (options.json) terminal.printJson({ schema: 'ion/run-status@1', runId: run.id, status })
      else terminal.print(status)
    }
  }
  return status === 'completed' ? exitCodes.completed : exitCodes.failed
}

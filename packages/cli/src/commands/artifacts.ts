import { dirname } from 'node:path'
import { openArtifact } from '@ion/executor'
import { type IWorkflowStore, listArtifacts, type WorkflowRun } from '@ion/store'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { artifactRow } from '../output/artifact-row.ts'
import { alignColumns } from '../output/table.ts'
import { runPaths } from '../run-paths.ts'
import { findRun } from '../run-reference.ts'
import { withStore } from '../store-option.ts'

/** `ion artifacts`: the files that nodes left. */
export function artifactsCommand(cli: Cli): Command {
  return new Command('artifacts')
    .summary('show the files that the nodes of a run left, or print one')
    .description(
      'Shows the files that the nodes of a run left in its artifacts folder, each with the node that changed it last. With a file ' +
        'it prints that file, on the machine that executed the run, and fails where it is not what it was when the node ended.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
    .argument('[file]', 'path below the artifacts folder')
    .addHelpText('after', examples('ion artifacts latest', 'ion artifacts 7f3a report.html > report.html'))
    .action(async (reference: string, key: string | undefined) => {
      await withStore(cli, async (store) => {
        const run = await findRun(store, reference)
        if (key === undefined) await printList(cli, store, run)
        else await printFile(cli, { store, run, key })
      })
      cli.exitCode = exitCodes.completed
    })
}

async function printList({ terminal, options }: Cli, store: IWorkflowStore, run: WorkflowRun): Promise<void> {
  const artifacts = await listArtifacts(store, run.id)
  if (options.json) {
    const { artifacts: folder } = await runPaths(store, run)
    terminal.printJson({ schema: 'ion/artifacts@1', runId: run.id, folder, artifacts })
    return
  }
  if (artifacts.length === 0) terminal.note('no node left a file')
  for (const line of alignColumns(artifacts.map(artifactRow))) terminal.print(line)
}

async function printFile(
  { terminal }: Cli,
  { store, run, key }: { store: IWorkflowStore; run: WorkflowRun; key: string },
): Promise<void> {
  const { folder } = await runPaths(store, run)
  const { stream } = await openArtifact({ store, runId: run.id, key, artifactsDir: dirname(folder) })
  for await (const chunk of stream) {
    if (terminal.outputClosed) return
    await terminal.write(chunk)
  }
}

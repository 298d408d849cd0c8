import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IWorkflowStore, WorkflowRun } from '@ion/store'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { notFoundError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { checkPath, knownPaths } from '../known-paths.ts'
import { type AttemptLog, listAttemptLogs } from '../list-logs.ts'
import { positiveInteger } from '../number-option.ts'
import { prefixLines } from '../output/prefix-lines.ts'
import { runPaths } from '../run-paths.ts'
import { findRun } from '../run-reference.ts'
import { withStore } from '../store-option.ts'

interface LogWishes {
  node: string | undefined
  attempt: number | undefined
}

/** `ion logs`: what nodes printed. */
export function logsCommand(cli: Cli): Command {
  return new Command('logs')
    .summary('print what the nodes of a run printed')
    .description(
      "Prints a node's log, all its attempts and iterations in order. Without a node it prints those of all nodes, each line " +
        'with its node in front.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
    .argument('[node]', 'id of a node, or the path of an iteration such as refine/3')
    .option('--attempt <n>', 'only this attempt', positiveInteger)
    .addHelpText('after', examples('ion logs latest build', 'ion logs 7f3a'))
    .action(async (reference: string, node: string | undefined, { attempt }: { attempt?: number }) => {
      await withStore(cli, async (store) => {
        const run = await findRun(store, reference)
        const logs = await chooseLogs({ store, run }, { node, attempt })
        if (cli.options.json) await printAsData(cli, run, logs)
        else if (node === undefined) await printPrefixed(cli, logs)
        else await printWhole(cli, logs)
      })
      cli.exitCode = exitCodes.completed
    })
}

async function chooseLogs(
  { store, run }: { store: IWorkflowStore; run: WorkflowRun },
  { node, attempt }: LogWishes,
): Promise<AttemptLog[]> {
  const order = await knownPaths(store, run)
  if (node !== undefined) checkPath(run, order, node)
  const all = await listAttemptLogs(await runPaths(store, run), order)
  const ofNode = all.filter(({ path }) => node === undefined || path === node || path.startsWith(`${node}/`))
  const wanted = ofNode.filter((log) => attempt === undefined || log.attempt === attempt)
  if (attempt !== undefined && wanted.length === 0)
    throw notFoundError(`there is no log of attempt ${attempt}`)
  return wanted
}

async function printWhole({ terminal }: Cli, logs: AttemptLog[]): Promise<void> {
  if (logs.length === 0) terminal.note('nothing was printed')
  for (const { path, attempt, file } of logs) {
    if (logs.length > 1) terminal.note(`--- ${path}, attempt ${attempt}`)
    for await (const chunk of createReadStream(file)) {
      if (terminal.outputClosed) return
      await terminal.write(chunk)
    }
  }
}

async function printPrefixed({ terminal }: Cli, logs: AttemptLog[]): Promise<void> {
  if (logs.length === 0) terminal.note('nothing was printed')
  const width = Math.max(0, ...logs.map(({ path }) => path.length))
  for (const { path, file } of logs) {
    const prefix = `${terminal.dataColors.dim(`${path.padEnd(width)} |`)} `
    for await (const lines of prefixLines(prefix, createReadStream(file))) {
      if (terminal.outputClosed) return
      await terminal.write(lines)
    }
  }
}

async function printAsData({ terminal }: Cli, run: WorkflowRun, logs: AttemptLog[]): Promise<void> {
  const read = await Promise.all(
    logs.map(async (log) => ({ ...log, text: await readFile(log.file, 'utf8') })),
  )
  terminal.printJson({ schema: 'ion/logs@1', runId: run.id, logs: read })
}

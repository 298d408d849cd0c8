import { openGates, storedMasker } from '@ion/executor'
import {
  type Annotation,
  derivedStatus,
  hasAnnotations,
  hasEnded,
  type IWorkflowStore,
  type WorkflowRun,
} from '@ion/store'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { commandWriter } from '../next-command.ts'
import { approveWords, rejectWords } from '../output/gate-commands.ts'
import { usageAsData } from '../output/json-reporter.ts'
import { type ShownRun, showLines } from '../output/show-lines.ts'
import { runPaths } from '../run-paths.ts'
import { readRunRecord } from '../run-record.ts'
import { findRun, idShortener } from '../run-reference.ts'
import { readStateAndArtifacts, storedWorkflow } from '../run-state.ts'
import { withStore } from '../store-option.ts'
import { tellAsItHappens } from '../tell-as-it-happens.ts'

/** `ion show`: how a run stands. */
export function showCommand(cli: Cli): Command {
  return new Command('show')
    .summary('show how a run and its nodes stand')
    .description(
      'Shows how a run and its nodes stand, what it waits for, what was noted, and where its files are.',
    )
    .argument('<run>', 'id of the run, a unique beginning of it, or latest')
    .option('--watch', 'tell what happens in it, event by event, until it has ended')
    .addHelpText('after', examples('ion show latest', 'ion show 7f3a --json', 'ion show latest --watch'))
    .action(async (reference: string, { watch = false }: { watch?: boolean }) => {
      cli.exitCode = await withStore(cli, async (store) => {
        const run = await findRun(store, reference)
        if (watch) return await tellAsItHappens(cli, store, run)
        const shown = await lookAt(cli, { store, run })
        if (cli.options.json) cli.terminal.printJson(runAsData(shown))
        else for (const line of showLines(shown, cli.terminal.dataColors)) cli.terminal.print(line)
        return exitCodes.completed
      })
    })
}

async function lookAt(
  cli: Cli,
  { store, run }: { store: IWorkflowStore; run: WorkflowRun },
): Promise<ShownRun> {
  const { state, artifacts } = await readStateAndArtifacts(store, run.id)
  return {
    run: withoutSecrets(run),
    status: derivedStatus(run),
    shortId: (await idShortener(store))(run.id),
    workflow: storedWorkflow(run),
    state,
    gates: hasEnded(run.status) ? [] : openGates(state),
    paths: await runPaths(store, run),
    artifacts,
    annotations: await annotationsOf(store, run.id),
    agent: readRunRecord(run).agent,
    command: commandWriter(cli),
  }
}

async function annotationsOf(store: IWorkflowStore, id: string): Promise<Annotation[]> {
  if (!hasAnnotations(store)) return []
  const all: Annotation[] = []
  for (;;) {
    const page = await store.listAnnotations(id, { after: all.length, limit: 1_000 })
    all.push(...page)
    if (page.length < 1_000) return all
  }
}

/** The record keeps secret inputs, as a resume needs them; they are not shown. */
function withoutSecrets(run: WorkflowRun): WorkflowRun {
  const masker = storedMasker(run, process.env)
  if (!masker) return run
  return { ...run, inputs: masker.members(run.inputs), userMessage: masker.text(run.userMessage) }
}

function runAsData(shown: ShownRun) {
  const { run, status, state, gates, artifacts, annotations, paths, command } = shown
  return {
    schema: 'ion/run@1',
    ...run,
    status,
    reason: state.reason,
    nodes: [...state.nodes.values()],
    gates: gates.map((gate) => ({
      ...gate,
      approve: command(...approveWords(shown, gate)),
      reject: command(...rejectWords(shown, gate)),
    })),
    usage: usageAsData(state.usage),
    artifacts,
    annotations,
    paths,
  }
}

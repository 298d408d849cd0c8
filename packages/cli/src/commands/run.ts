import { mkdirSync } from 'node:fs'
import type { WorkflowDefinition } from '@ion/core'
import { type ExecuteOptions, executeWorkflow } from '@ion/executor'
import { type IWorkflowStore, initialState } from '@ion/store'
import { Command } from 'commander'
import { type AgentFlags, defaultAgent, readAgentFlags, withAgentOptions } from '../agent-option.ts'
import { createAgents } from '../agents.ts'
import type { Cli } from '../cli.ts'
import { executeRun } from '../execution.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { hostVariables, type VariableFlags } from '../host-variables.ts'
import { collect, readInputs } from '../input-option.ts'
import { isNamed, type NameFlags, openNamedRun } from '../named-run.ts'
import { positiveInteger } from '../number-option.ts'
import { warningLines } from '../output/diagnostics.ts'
import { newRunId } from '../run-ids.ts'
import { artifactsDirFor } from '../run-paths.ts'
import { runMetadata } from '../run-record.ts'
import { idShortener } from '../run-reference.ts'
import { isSopPath, workflowLookup } from '../sop-lookup.ts'
import { type SopFlags, transpileOptions, withSopPath, withTranspileOptions } from '../sop-option.ts'
import { withStore } from '../store-option.ts'
import { parseOrExplain, readWorkflow } from '../workflow-source.ts'

interface RunFlags extends AgentFlags, VariableFlags, NameFlags, SopFlags {
  input?: string[]
  maxParallel?: number
}

/** `ion run`: starts a workflow and stays with it to its end. */
export function runCommand(cli: Cli): Command {
  const command = new Command('run')
    .summary('start a workflow and stay with it to its end')
    .description(
      'Starts a workflow and stays with it until it ends or waits for a person. The output of the first completed node ' +
        'that no other node depends on is printed on stdout, everything else on stderr. With an id or an idempotency key the same ' +
        'command again means the same run: it is not run twice, and a completed one gives its result. The same workflow, inputs ' +
        'and message make the same command; under a name that is taken by other ones nothing is run.',
    )
    .argument('<workflow>', 'name of a workflow or SOP, path of a file, or - for standard input')
    .argument('[message...]', 'what $ARGUMENTS stands for; words that begin with - go after --')
    .option(
      '--input <name=value>',
      'value of a declared input; name=@file takes a file (repeat for more)',
      collect,
    )
    .option('--id <id>', 'id of the run, in place of a new one')
    .option('--idempotency-key <key>', 'a text that no other start has, such as the id of a build')
    .option('--max-parallel <n>', 'how many nodes may run at once', positiveInteger)
    .option('--base-branch <branch>', 'what $BASE_BRANCH stands for (default: found with git)')
    .option('--docs-dir <folder>', 'what $DOCS_DIR stands for (default: docs/)')
    .option('--state-dir <folder>', 'what $STATE_DIR stands for (default: .ion/state)')
  return withAgentOptions(withSopPath(withTranspileOptions(command)))
    .addHelpText(
      'after',
      examples(
        'ion run hello',
        'ion run report --idempotency-key "report-$(date +%F)"',
        "ion run review.yaml --agent-command 'claude -p' --input pr=12 look at the tests",
      ),
    )
    .action(async (name: string, words: string[], flags: RunFlags) => {
      cli.exitCode = await run(cli, { name, words, flags })
    })
}

async function run(
  cli: Cli,
  { name, words, flags }: { name: string; words: string[]; flags: RunFlags },
): Promise<number> {
  const cwd = process.cwd()
  const sources = { config: await cli.config(), env: cli.env }
  const agent = readAgentFlags(flags, sources) ?? defaultAgent(sources)
  const inputs = readInputs(flags.input ?? [])
  const lookup = workflowLookup(cwd, sources.config, flags)
  const source = await readWorkflow(name, lookup)
  const { workflow, warnings } = await parseOrExplain(source, transpileOptions(flags))
  for (const line of warningLines(warnings)) cli.terminal.note(line)
  if (isSopPath(source.path) && words.length > 0) {
    cli.terminal.note('warning: a SOP takes no message; its parameters are given as --input name=value')
  }
  const variables = await hostVariables(flags, cwd, sources)

  const { prompt, answers } = createAgents(agent, sources.config)
  const named = isNamed(flags)

  return await withStore(cli, async (store) => {
    const record = { agent, artifactsDir: await artifactsDirFor(store, sources.config) }
    const start: ExecuteOptions = {
      store,
      workflow,
      cwd,
      inputs,
      variables,
      arguments: words.join(' '),
      metadata: runMetadata(record),
      folders: lookup.folders,
      ifExists: 'report',
      ...(prompt ? { prompt, answers } : {}),
      ...(flags.maxParallel === undefined ? {} : { maxParallel: flags.maxParallel }),
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    }
    const opened = named ? await openNamedRun(cli, { start, flags }) : { ...(await newRun(store)), record }
    const { runId } = opened
    const exitCode = await executeRun(cli, {
      state: initialState(),
      ...opened,
      store,
      workflowName: workflow.name,
      workflow,
      onStarted() {
        if (variables.STATE_DIR !== undefined && mayUseStateDir(workflow)) {
          mkdirSync(variables.STATE_DIR, { recursive: true })
        }
      },
      start: async (options) => await executeWorkflow({ ...start, ...options, runId }),
    })
    return exitCode ?? exitCodes.completed
  })
}

/** An id that no run has. */
async function newRun(store: IWorkflowStore): Promise<{ runId: string; shortId: string }> {
  for (;;) {
    const runId = newRunId()
    if (await store.getWorkflowRun(runId)) continue
    const shorten = await idShortener(store)
    return { runId, shortId: shorten(runId) }
  }
}

/** A command file may name the folder too, and is not read here. */
function mayUseStateDir({ source, nodes }: WorkflowDefinition): boolean {
  return source.text.includes('STATE_DIR') || nodes.some(({ type }) => type === 'command' || type === 'loop')
}

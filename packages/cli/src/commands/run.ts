import { mkdirSync } from 'node:fs'
import type { WorkflowDefinition } from '@ion/core'
import { executeWorkflow } from '@ion/executor'
import { type IWorkflowStore, initialState, runIdPattern } from '@ion/store'
import { Command } from 'commander'
import { type AgentFlags, defaultAgent, readAgentFlags, withAgentOptions } from '../agent-option.ts'
import type { Cli } from '../cli.ts'
import { usageError } from '../cli-error.ts'
import { projectLookup } from '../config/project-folders.ts'
import { executeRun } from '../execution.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { hostVariables, type VariableFlags } from '../host-variables.ts'
import { collect, readInputs } from '../input-option.ts'
import { positiveInteger } from '../number-option.ts'
import { warningLines } from '../output/diagnostics.ts'
import { newRunId } from '../run-ids.ts'
import { artifactsDirFor } from '../run-paths.ts'
import { runMetadata } from '../run-record.ts'
import { idShortener, latest } from '../run-reference.ts'
import { withStore } from '../store-option.ts'
import { parseOrExplain, readWorkflow } from '../workflow-source.ts'

interface RunFlags extends AgentFlags, VariableFlags {
  input?: string[]
  id?: string
  maxParallel?: number
}

/** `ion run`: starts a workflow and stays with it to its end. */
export function runCommand(cli: Cli): Command {
  const command = new Command('run')
    .summary('start a workflow and stay with it to its end')
    .description(
      'Starts a workflow and stays with it until it ends or waits for a person. The output of the first completed node ' +
        'that no other node depends on is printed on stdout, everything else on stderr.',
    )
    .argument('<workflow>', 'name of a workflow, path of a file, or - for standard input')
    .argument('[message...]', 'what $ARGUMENTS stands for; words that begin with - go after --')
    .option(
      '--input <name=value>',
      'value of a declared input; name=@file takes a file (repeat for more)',
      collect,
    )
    .option('--id <id>', 'id of the run, in place of a new one')
    .option('--max-parallel <n>', 'how many nodes may run at once', positiveInteger)
    .option('--base-branch <branch>', 'what $BASE_BRANCH stands for (default: found with git)')
    .option('--docs-dir <folder>', 'what $DOCS_DIR stands for (default: docs/)')
    .option('--state-dir <folder>', 'what $STATE_DIR stands for (default: .ion/state)')
  return withAgentOptions(command)
    .addHelpText(
      'after',
      examples(
        'ion run hello',
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
  const lookup = projectLookup(cwd, sources.config)
  const source = await readWorkflow(name, lookup)
  const { workflow, warnings } = parseOrExplain(source)
  for (const line of warningLines(warnings)) cli.terminal.note(line)
  const variables = await hostVariables(flags, cwd, sources)

  return await withStore(cli, async (store) => {
    const { runId, shortId } = await chooseId(store, flags.id)
    const record = { agent, artifactsDir: await artifactsDirFor(store, sources.config) }
    const exitCode = await executeRun(cli, {
      store,
      runId,
      shortId,
      workflowName: workflow.name,
      workflow,
      record,
      state: initialState(),
      onStarted() {
        if (variables.STATE_DIR !== undefined && mayUseStateDir(workflow)) {
          mkdirSync(variables.STATE_DIR, { recursive: true })
        }
      },
      start: async (options) =>
        await executeWorkflow({
          ...options,
          workflow,
          runId,
          cwd,
          inputs,
          variables,
          arguments: words.join(' '),
          metadata: runMetadata(record),
          ...(flags.maxParallel === undefined ? {} : { maxParallel: flags.maxParallel }),
        }),
    })
    return exitCode ?? exitCodes.completed
  })
}

/** A new id, or the one asked for: starting a run never goes on with one that is there. */
async function chooseId(store: IWorkflowStore, wanted: string | undefined) {
  if (wanted !== undefined) {
    if (!runIdPattern.test(wanted) || wanted === latest) {
      throw usageError(`${JSON.stringify(wanted)} can't be a run id`, 'an id has letters, digits, . _ and -')
    }
    if (await store.getWorkflowRun(wanted)) {
      throw usageError(`there is a run ${wanted} already`, `ion resume ${wanted} goes on with it`)
    }
    return { runId: wanted, shortId: wanted }
  }
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

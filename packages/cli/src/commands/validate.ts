import {
  type Diagnostic,
  type DiscoveryProblem,
  discoverWorkflows,
  findArchonKeys,
  type LookupOptions,
  type UsedArchonKey,
} from '@ion/core'
import { Command } from 'commander'
import { checkCommandFiles } from '../check-command-files.ts'
import { checkScripts } from '../check-scripts.ts'
import type { Cli } from '../cli.ts'
import { notFoundError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { archonKeyLines } from '../output/archon-key-lines.ts'
import { checkedSummary } from '../output/checked-summary.ts'
import { diagnosticLines } from '../output/diagnostics.ts'
import { displayPath } from '../project.ts'
import { isSopPath, workflowLookup } from '../sop-lookup.ts'
import { type SopFlags, transpileOptions, withSopPath, withTranspileOptions } from '../sop-option.ts'
import { parseSource, readWorkflow, type WorkflowSource } from '../workflow-source.ts'

interface Checked {
  source: WorkflowSource
  diagnostics: Diagnostic[]
  /** Whether it can be run. */
  valid: boolean
  /** The keys of Archon in it, where that is asked for. */
  archonKeys?: UsedArchonKey[]
}

interface ValidateOptions extends SopFlags {
  names: string[]
  /** Whether warnings count as errors. */
  strict: boolean
  /** Whether to say what becomes of Archon's keys. */
  archonKeys: boolean
}

/** `ion validate`: says everything that is wrong with workflows. */
export function validateCommand(cli: Cli): Command {
  const command = new Command('validate')
    .summary('say everything that is wrong with workflows')
    .description(
      'Checks workflows as `ion run` would, and says everything that is wrong at once. Runs nothing.',
    )
    .argument(
      '[files...]',
      'names, paths, or - for standard input (default: every workflow and SOP that can be found)',
    )
    .option('--strict', 'take warnings for errors')
    .option(
      '--archon-keys',
      'say of each key of Archon whether Ion does it, hands it to the agent, or does not',
    )
  return withSopPath(withTranspileOptions(command))
    .addHelpText(
      'after',
      examples(
        'ion validate',
        'ion validate release.yaml --strict',
        'ion validate .archon/workflows/ship.yaml --archon-keys',
      ),
    )
    .action(async (names: string[], options: Partial<ValidateOptions>) => {
      cli.exitCode = await validate(cli, { strict: false, archonKeys: false, ...options, names })
    })
}

async function validate(
  { terminal, options, config }: Cli,
  { names, strict, archonKeys, ...flags }: ValidateOptions,
): Promise<number> {
  const lookup = workflowLookup(process.cwd(), await config(), flags)
  const { sources, problems } = names.length > 0 ? await named(names, lookup) : await discovered(lookup)
  const checked: Checked[] = []
  for (const source of sources) {
    const keys = archonKeys && !isSopPath(source.path) ? { archonKeys: findArchonKeys(source.text) } : {}
    checked.push({ ...(await check(source, { lookup, strict, flags })), ...keys })
  }
  const valid = problems.length === 0 && checked.every((file) => file.valid)

  if (options.json) {
    const files = checked.map(({ source, ...facts }) => ({ path: source.path, ...facts }))
    terminal.printJson({ schema: 'ion/validation@1', valid, files, problems })
  } else {
    for (const { source, diagnostics } of checked) {
      for (const line of diagnosticLines(diagnostics, source.text)) terminal.say(line)
    }
    if (archonKeys) for (const line of checked.flatMap(keyTable)) terminal.print(line)
    for (const { message } of problems) terminal.say(`error: ${message}`)
    terminal.note(checkedSummary(checked, 'workflow'))
  }
  return valid ? exitCodes.completed : exitCodes.usage
}

interface Found {
  sources: WorkflowSource[]
  problems: DiscoveryProblem[]
}

/** What becomes of Archon's keys in a file, under its name. */
function keyTable({ source, archonKeys = [] }: Checked): string[] {
  const name = source.path === null ? '<stdin>' : displayPath(source.path)
  return [name, ...archonKeyLines(archonKeys).map((line) => `  ${line}`), '']
}

async function named(names: string[], lookup: LookupOptions): Promise<Found> {
  const sources: WorkflowSource[] = []
  for (const name of names) sources.push(await readWorkflow(name, lookup))
  return { sources, problems: [] }
}

async function discovered(lookup: LookupOptions): Promise<Found> {
  const { workflows, problems } = await discoverWorkflows(lookup)
  if (workflows.length === 0 && problems.length === 0) {
    throw notFoundError('no workflows here', 'ion init makes a first one')
  }
  return { sources: workflows.map(({ path, text }) => ({ path, text })), problems }
}

async function check(
  source: WorkflowSource,
  { lookup, strict, flags }: { lookup: LookupOptions; strict: boolean; flags: SopFlags },
): Promise<Checked> {
  const parsed = await parseSource(source, transpileOptions(flags))
  const more = parsed.ok
    ? [
        ...(await checkCommandFiles(parsed.workflow, lookup)),
        ...(await checkScripts(parsed.workflow, lookup)),
      ]
    : []
  const diagnostics = [...parsed.diagnostics, ...more]
  return {
    source,
    diagnostics,
    valid: diagnostics.every(({ severity }) => severity === 'info' || (severity === 'warning' && !strict)),
  }
}

import { type DerivedStatus, derivedStatus, type RunFilter, type RunSummary, runStatuses } from '@ion/store'
import { Command, InvalidArgumentError } from 'commander'
import type { Cli } from '../cli.ts'
import { usageError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { positiveInteger } from '../number-option.ts'
import { between, formatAge, formatDuration } from '../output/duration.ts'
import { alignColumns } from '../output/table.ts'
import { idShortener } from '../run-reference.ts'
import { type SopFlags, withSopPath } from '../sop-option.ts'
import { withStore } from '../store-option.ts'
import { listWorkflows } from './list-workflows.ts'

interface ListFlags extends SopFlags {
  workflows?: boolean
  status?: DerivedStatus[]
  workflow?: string
  limit: number
  all?: boolean
}

const statuses: readonly DerivedStatus[] = [...runStatuses, 'interrupted']
const pageSize = 1_000

/** `ion list`: the runs, newest first, or the workflows. */
export function listCommand(cli: Cli): Command {
  return withSopPath(new Command('list'))
    .summary('show the runs, or with --workflows what can be run')
    .description('Shows the runs, newest first; with --workflows what can be run by name.')
    .option('--workflows', 'show what can be run by name')
    .option('--status <status>', `only these (repeat for more): ${statuses.join(', ')}`, collectStatus)
    .option('--workflow <name>', 'only runs of this workflow')
    .option('--limit <n>', 'at most so many', positiveInteger, 20)
    .option('--all', 'all of them')
    .addHelpText('after', examples('ion list --status failed', 'ion list --workflows'))
    .action(async (flags: ListFlags) => {
      if (flags.sopPath && !flags.workflows) throw usageError('--sop-path goes with --workflows')
      cli.exitCode = flags.workflows ? await listWorkflows(cli, flags) : await listRuns(cli, flags)
    })
}

async function listRuns(
  cli: Cli,
  { status, workflow, limit: most, all = false }: ListFlags,
): Promise<number> {
  const { terminal, options } = cli
  return await withStore(cli, async (store) => {
    const filter: RunFilter = {
      ...(status === undefined ? {} : { status }),
      ...(workflow === undefined ? {} : { workflowName: workflow }),
    }
    const runs: RunSummary[] = []
    let next: string | null = null
    do {
      const wanted: number = all ? pageSize : Math.min(pageSize, most - runs.length)
      const page = await store.listWorkflowRuns(filter, {
        limit: wanted,
        ...(next === null ? {} : { cursor: next }),
      })
      runs.push(...page.items)
      next = page.next
    } while (next !== null && (all || runs.length < most))

    if (options.json) {
      terminal.printJson({ schema: 'ion/run-list@1', runs: runs.map(runAsData), more: next !== null })
      return exitCodes.completed
    }
    if (runs.length === 0) {
      terminal.note(
        Object.keys(filter).length > 0 ? 'no such runs' : 'no runs yet; ion run <workflow> starts one',
      )
      return exitCodes.completed
    }
    const shorten = await idShortener(store)
    const rows = runs.map((run) => runRow(run, shorten(run.id)))
    for (const line of alignColumns([['RUN', 'WORKFLOW', 'STATUS', 'WHEN', 'TOOK'], ...rows]))
      terminal.print(line)
    if (next !== null) terminal.note(`the newest ${runs.length}; --all shows all`)
    return exitCodes.completed
  })
}

/** A run as data: its status is what a reader sees, `interrupted` included. */
function runAsData(run: RunSummary) {
  return { ...run, status: derivedStatus(run) }
}

function runRow(run: RunSummary, id: string): string[] {
  const now = new Date().toISOString()
  const status = derivedStatus(run)
  return [id, run.workflowName, status, formatAge(between(run.createdAt, now)), tookOf(run, status, now)]
}

/** From the first start to the end; of a run at work to now. */
function tookOf({ startedAt, finishedAt }: RunSummary, status: DerivedStatus, now: string): string {
  const end = finishedAt ?? (status === 'running' ? now : null)
  return startedAt === null || end === null ? '-' : formatDuration(between(startedAt, end))
}

function collectStatus(text: string, before: DerivedStatus[] = []): DerivedStatus[] {
  const wanted = text.split(',').map((word) => {
    const status = statuses.find((known) => known === word.trim())
    if (status === undefined) throw new InvalidArgumentError(`It must be one of ${statuses.join(', ')}.`)
    return status
  })
  return [...before, ...wanted]
}

import type { IWorkflowStore, RunSummary, WorkflowRun } from '@ion/store'
import { runIdPattern } from '@ion/store'
import { CliError, notFoundError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { shortenId } from './run-ids.ts'

/** What stands for the newest run. */
export const latest = 'latest'

const pageSize = 1_000
const mostCandidates = 8
/** Beyond this many runs, or this much time, ids are shown whole rather than looked through. */
const mostShortened = 1_000
const patienceMs = 250

/**
 * Finds the run that a person means: by its id, by a beginning that no other run has, or `latest`.
 *
 * @throws {CliError} when there is none, or when several begin so (naming them).
 */
export async function findRun(store: IWorkflowStore, reference: string): Promise<WorkflowRun> {
  if (reference === latest) return await newestRun(store)
  const exact = runIdPattern.test(reference) ? await store.getWorkflowRun(reference) : null
  if (exact) return exact
  const matches: RunSummary[] = []
  for await (const run of allRuns(store))
    if (reference !== '' && run.id.startsWith(reference)) matches.push(run)
  const [match, ...more] = matches
  if (more.length > 0) throw ambiguous(reference, matches)
  const run = match && (await store.getWorkflowRun(match.id))
  if (!run) throw notFoundError(`there is no run ${JSON.stringify(reference)}`, 'ion list shows the runs')
  return run
}

async function newestRun(store: IWorkflowStore): Promise<WorkflowRun> {
  const [newest] = (await store.listWorkflowRuns({}, { limit: 1 })).items
  const run = newest && (await store.getWorkflowRun(newest.id))
  if (!run) throw notFoundError('there are no runs yet', 'ion run <workflow> starts one')
  return run
}

async function* allRuns(store: IWorkflowStore): AsyncGenerator<RunSummary> {
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<IWorkflowStore['listWorkflowRuns']>> = await store.listWorkflowRuns(
      {},
      { limit: pageSize, ...(cursor === null ? {} : { cursor }) },
    )
    yield* page.items
    cursor = page.next
  } while (cursor !== null)
}

function ambiguous(reference: string, matches: RunSummary[]): CliError {
  const names = matches.slice(0, mostCandidates).map(({ id, workflowName }) => `${id} (${workflowName})`)
  const more = matches.length > mostCandidates ? ` and ${matches.length - mostCandidates} more` : ''
  return new CliError(`several runs begin with ${reference}: ${names.join(', ')}${more}`, {
    code: 'ambiguous_run',
    exitCode: exitCodes.usage,
    hint: 'type more of the id',
  })
}

/**
 * How run ids are shown: as short as they are unique among all runs. In a store with very many runs that would take long to
 * find out, and they are shown whole.
 */
export async function idShortener(store: IWorkflowStore): Promise<(id: string) => string> {
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const { items, next } = await store.listWorkflowRuns({}, { limit: mostShortened }, { signal })
    if (next !== null) return (id) => id
    const ids = items.map(({ id }) => id)
    return (id) => shortenId(id, ids)
  } catch {
    return (id) => id
  }
}

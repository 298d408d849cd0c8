import {
  type CallOptions,
  compareRuns,
  isStoreError,
  matchesFilter,
  type Page,
  type PageRequest,
  pageOfRuns,
  type RunFilter,
  type RunSummary,
  runIdPattern,
  startOfPage,
} from '@ion/store'
import { isMissing } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'
import type { Leases } from './leases.ts'
import type { LogState } from './log-fold.ts'
import { readState } from './log-state.ts'
import type { OpenLogs } from './open-logs.ts'
import { readProjection } from './projection-file.ts'
import type { Projector } from './projector.ts'
import { summaryOf } from './run-records.ts'

const readAtOnce = 32

/** What a listing works with. */
export interface Listing {
  layout: Layout
  files: FileSystem
  logs: OpenLogs
  leases: Leases
  projector: Projector
  clock: () => Date
}

/** A page of the runs that meet a filter. Reads `run.json` of each, and of the logs only what is newer than that. */
export async function listRuns(
  filter: RunFilter,
  page: PageRequest,
  parts: Listing,
  { signal }: CallOptions = {},
): Promise<Page<RunSummary>> {
  const after = startOfPage(page)
  const ids = await runIds(parts)
  const now = parts.clock().toISOString()
  const found: RunSummary[] = []
  const readNext = async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      signal?.throwIfAborted()
      const state = await stateForList(id, parts)
      if (!state || (after && compareRuns(state, after) <= 0)) continue
      const run = summaryOf(state, await parts.leases.view(id, state.head.claim, now))
      if (matchesFilter(run, filter)) found.push(run)
    }
  }
  await Promise.all(Array.from({ length: readAtOnce }, readNext))
  return pageOfRuns(found.sort(compareRuns), page.limit)
}

/** The ids of all runs that may be there. */
export async function runIds({ layout, files }: Listing): Promise<string[]> {
  try {
    const entries = await files.readFolder(layout.root)
    return entries.filter(({ name, isFolder }) => isFolder && runIdPattern.test(name)).map(({ name }) => name)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The state of a run, as cheaply as it can be had; `null` where there is no run. */
export async function stateForList(id: string, parts: Listing): Promise<LogState | null> {
  const { layout, files } = parts
  const projection = await readProjection(files, layout.projection(id))
  const size = await files.status(layout.log(id)).then(
    (facts) => facts.size,
    () => null,
  )
  if (size === null) return null
  try {
    if (projection === null || projection.state.id !== id) return await stateOfLog(id, parts)
    if (projection.covers.bytes === size) return projection.state
    const known = { state: projection.state, bytes: projection.covers.bytes }
    const state = await readState(files, layout.log(id), known)
    return state?.deleted ? null : state
  } catch (error) {
    if (isMissing(error) || isStoreError(error, 'not_found')) return null
    // One run that is damaged must not hide the others.
    return projection?.state ?? null
  }
}

async function stateOfLog(id: string, { logs, projector }: Listing): Promise<LogState> {
  const state = await logs.use(id, (log) =>
    log.turns.run(async () => {
      await log.refresh()
      return log.state
    }),
  )
  projector.schedule(id)
  return state
}

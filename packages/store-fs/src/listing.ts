import { setImmediate as otherWork } from 'node:timers/promises'
import {
  type CallOptions,
  compareRuns,
  matchesFilter,
  type Page,
  type PageRequest,
  pageOfRuns,
  type RunFilter,
  type RunKey,
  type RunSummary,
  startOfPage,
} from '@ion/store'
import type { Leases } from './leases.ts'
import type { OpenLogs } from './open-logs.ts'
import type { RunCatalog } from './run-catalog.ts'
import { summaryOf } from './run-records.ts'

const lookedAtAtOnce = 32

/** What a listing works with. */
export interface Listing {
  logs: OpenLogs
  leases: Leases
  catalog: RunCatalog
  clock: () => Date
}

/**
 * A page of the runs that meet a filter. A list begins with a look at every run's log file; its further pages look at those runs alone
 * that come next. What a log file was read for already is in the catalog.
 */
export async function listRuns(
  filter: RunFilter,
  page: PageRequest,
  parts: Listing,
  { signal }: CallOptions = {},
): Promise<Page<RunSummary>> {
  const after = startOfPage(page)
  const now = parts.clock().toISOString()
  const runs = await parts.catalog.runs({ whole: after === undefined, signal })
  const found: RunSummary[] = []
  for (let from = after ? placeAfter(after, runs) : 0; from < runs.length; from += lookedAtAtOnce) {
    signal?.throwIfAborted()
    const some = runs.slice(from, from + lookedAtAtOnce)
    for (const run of await Promise.all(some.map((key) => summaryAt(key, now, parts))))
      if (run && matchesFilter(run, filter)) found.push(run)
    if (found.length > page.limit) break
    await otherWork()
  }
  return pageOfRuns(found, page.limit)
}

/** A run as it is now; `null` when it is gone, or another one by now, with another place in the order. */
async function summaryAt(key: RunKey, now: string, { catalog, leases }: Listing): Promise<RunSummary | null> {
  const state = await catalog.state(key.id)
  if (state?.createdAt !== key.createdAt) return null
  return summaryOf(state, await leases.view(key.id, state.head.claim, now))
}

/** Where the first of the runs is that come after one, which need not be among them. */
function placeAfter(key: RunKey, runs: readonly RunKey[]): number {
  let [low, high] = [0, runs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const run = runs[middle]
    if (run && compareRuns(run, key) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

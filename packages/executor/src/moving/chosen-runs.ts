import type { IWorkflowStore, Page, RunSummary } from '@ion/store'
import { patienceOf, patiently } from '../patience.ts'

const pageSize = 500

/** The ids that were named, or those of all runs, newest first. */
export async function* chosenRuns(store: IWorkflowStore, runs?: readonly string[]): AsyncGenerator<string> {
  if (runs) {
    yield* new Set(runs)
    return
  }
  let cursor: string | null = null
  do {
    const request = { limit: pageSize, ...(cursor === null ? {} : { cursor }) }
    const patience = { ...patienceOf({}), begun: cursor !== null }
    const page: Page<RunSummary> = await patiently(patience, () => store.listWorkflowRuns({}, request))
    for (const { id } of page.items) yield id
    cursor = page.next
  } while (cursor !== null)
}

import type { IWorkflowStore } from '@ion/store'

/** The cursor with which a page of the list of all runs begins; absent for the first page, and where the list ends before. */
export async function cursorOfPage(
  store: IWorkflowStore,
  { page, limit }: { page: number; limit: number },
): Promise<string | undefined> {
  let cursor: string | undefined
  for (let number = 1; number < page; number++) {
    const { next } = await store.listWorkflowRuns({}, { limit, ...(cursor === undefined ? {} : { cursor }) })
    if (next === null) return undefined
    cursor = next
  }
  return cursor
}

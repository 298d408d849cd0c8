import type { IWorkflowStore, WorkflowEvent, WorkflowSignal } from '@ion/store'

const pageSize = 10_000

/** A run's whole log. */
export async function allEvents(store: IWorkflowStore, id: string): Promise<WorkflowEvent[]> {
  return await allPages((after) => store.getWorkflowEvents(id, { after, limit: pageSize }))
}

/** All signals a run was sent. */
export async function allSignals(store: IWorkflowStore, id: string): Promise<WorkflowSignal[]> {
  return await allPages((after) => store.getSignals(id, { after, limit: pageSize }))
}

async function allPages<Item extends { sequence: number }>(
  read: (after: number) => Promise<Item[]>,
): Promise<Item[]> {
  const items: Item[] = []
  for (;;) {
    const page = await read(items.at(-1)?.sequence ?? 0)
    items.push(...page)
    if (page.length < pageSize) return items
  }
}

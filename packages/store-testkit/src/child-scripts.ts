import { randomUUID } from 'node:crypto'
import { type Claimed, currentOwner, type IWorkflowStore, isStoreError } from '@ion/store'
import { nodeStarted, resumed } from './sample-events.ts'

/** What a script tells while it runs. */
export type Progress = (value: unknown) => void

/** What a child does on its own, where a race needs more than one call. */
export const childScripts = {
  /** Claims a run, as this very process, with a start of the run. */
  async claim(store: IWorkflowStore, _: Progress, id: string, ttlMs: number): Promise<Claimed | null> {
    for (;;) {
      const run = await store.getWorkflowRun(id)
      const append = { commitId: randomUUID(), expectedSequence: run?.lastSequence ?? 0, events: [resumed()] }
      try {
        return await store.claimWorkflowRun(id, currentOwner(), ttlMs, append)
      } catch (error) {
        if (!isStoreError(error, 'conflict')) throw error
      }
    }
  },

  /** Appends so many batches of two events, each at the end of the log wherever that is; gives their commit ids. */
  async append(store: IWorkflowStore, progress: Progress, id: string, count: number): Promise<string[]> {
    const landed: string[] = []
    while (landed.length < count) {
      const run = await store.getWorkflowRun(id)
      const commitId = randomUUID()
      const events = [nodeStarted('a'), nodeStarted('b')]
      try {
        await store.appendEvents(id, { commitId, expectedSequence: run?.lastSequence ?? 0, events })
        landed.push(commitId)
        progress(commitId)
      } catch (error) {
        if (!isStoreError(error, 'conflict')) throw error
      }
    }
    return landed
  },
}

/** The scripts by name. */
export type ChildScripts = typeof childScripts

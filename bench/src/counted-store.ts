import type { Append, ClaimAppend, IWorkflowStore } from '@ion/store'

/** What an engine has written to a store. */
export interface Writes {
  /** Appends and claims that were granted. A run's creation is none. */
  commits: number
  events: number
  /** The events as JSON, counted only when asked for, as that takes time. */
  eventBytes: number
}

/** Counts what is written to a store from now on. */
export function countWrites(store: IWorkflowStore, { sizes }: { sizes: boolean }): Writes {
  const writes: Writes = { commits: 0, events: 0, eventBytes: 0 }
  const note = ({ events }: Append | ClaimAppend) => {
    writes.commits += 1
    writes.events += events.length
    if (sizes) writes.eventBytes += JSON.stringify(events).length
  }
  const appendEvents = store.appendEvents.bind(store)
  const claimWorkflowRun = store.claimWorkflowRun.bind(store)
  store.appendEvents = async (id, append, options) => {
    const appended = await appendEvents(id, append, options)
    note(append)
    return appended
  }
  store.claimWorkflowRun = async (id, owner, ttlMs, append, options) => {
    const claimed = await claimWorkflowRun(id, owner, ttlMs, append, options)
    if (claimed) note(append)
    return claimed
  }
  return writes
}

import { isDeepStrictEqual } from 'node:util'
import { type Append, type ClaimAppend, type IWorkflowStore, readLog, type WorkflowSignal } from '@ion/store'
import { expect } from 'vitest'

/** What a store was asked to keep, and what it said it has. */
export interface Promises {
  /** Appends by their commit ids, whether or not they were acknowledged. */
  sent: Map<string, { runId: string; append: Append | ClaimAppend }>
  /** The last sequence of each append that was acknowledged. */
  appended: Map<string, number>
  /** Runs whose creation was acknowledged. */
  created: Set<string>
  signals: WorkflowSignal[]
}

/** Notes from now on what a store promises. */
export function notePromises(store: IWorkflowStore): Promises {
  const promises: Promises = { sent: new Map(), appended: new Map(), created: new Set(), signals: [] }
  const { sent, appended, created, signals } = promises
  const [append, claim] = [store.appendEvents.bind(store), store.claimWorkflowRun.bind(store)]
  const [create, send] = [store.createWorkflowRun.bind(store), store.sendSignal.bind(store)]
  store.appendEvents = async (runId, given, options) => {
    sent.set(given.commitId, { runId, append: given })
    const result = await append(runId, given, options)
    appended.set(given.commitId, result.lastSequence)
    return result
  }
  store.claimWorkflowRun = async (runId, owner, ttlMs, given, options) => {
    sent.set(given.commitId, { runId, append: given })
    const result = await claim(runId, owner, ttlMs, given, options)
    if (result) appended.set(given.commitId, result.lastSequence)
    return result
  }
  store.createWorkflowRun = async (run, options) => {
    const result = await create(run, options)
    created.add(result.id)
    return result
  }
  store.sendSignal = async (runId, signal, options) => {
    const result = await send(runId, signal, options)
    signals.push(result)
    return result
  }
  return promises
}

/** Every run is there and its log has no gap; every acknowledged append is in it, whole, once, and at its place. */
export async function expectKept(store: IWorkflowStore, { sent, appended, created, signals }: Promises) {
  let events = 0
  const found = new Map<string, number>()
  for (const runId of created) {
    expect(await store.getWorkflowRun(runId)).not.toBeNull()
    let sequence = 0
    for await (const event of readLog(store, runId)) {
      sequence += 1
      events += 1
      expect(event.sequence, `the log of ${runId} has a gap or a double`).toBe(sequence)
      const index = found.get(event.commitId) ?? 0
      found.set(event.commitId, index + 1)
      const { runId: sentTo, append } = sent.get(event.commitId) ?? {}
      const { type, nodeId, payload } = append?.events[index] ?? {}
      const same = isDeepStrictEqual(
        [sentTo, type, nodeId, payload],
        [runId, event.type, event.nodeId, event.payload],
      )
      expect(same, `event ${sequence} of ${runId} is what was sent`).toBe(true)
      const last = appended.get(event.commitId)
      const place = last === undefined ? sequence : last - (append?.events.length ?? 0) + 1 + index
      expect(place, `the place of event ${sequence} of ${runId}`).toBe(sequence)
    }
    const kept = await store.getSignals(runId, { limit: 1_000 })
    expect(kept.map((signal) => signal.sequence)).toEqual(kept.map((_, index) => index + 1))
    expect(new Set(kept.map(({ id }) => id)).size, `signals of ${runId} are there once`).toBe(kept.length)
    for (const signal of signals) if (signal.runId === runId) expect(kept).toContainEqual(signal)
  }
  for (const commitId of appended.keys()) if (!found.has(commitId)) found.set(commitId, 0)
  for (const [commitId, count] of found) {
    const { runId, append } = sent.get(commitId) ?? {}
    expect(count, `events of ${commitId} in ${runId}`).toBe(append?.events.length)
  }
  return { events, commits: found.size }
}

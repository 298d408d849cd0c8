import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type Append,
  type Claimed,
  currentOwner,
  hasAnnotations,
  hasLogs,
  type IWorkflowStore,
  isStoreError,
  type NewSignal,
} from '@ion/store'
import { driveLanes, type LaneNews } from './lanes/drive-lanes.ts'
import { LaneRecords } from './lanes/lane-records.ts'
import type { LaneStarts } from './lanes/lanes.ts'
import { live } from './life.ts'
import { nodeCompleted, nodeStarted, resumed } from './sample-events.ts'

/** What a script tells while it runs. Resolves once it is told, whatever becomes of the process then. */
export type Progress = (value: unknown) => Promise<void>

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
        await progress(commitId)
      } catch (error) {
        if (!isStoreError(error, 'conflict')) throw error
      }
    }
    return landed
  },

  /** Annotates a run so many times, telling each number that it was given. */
  async annotate(
    store: IWorkflowStore,
    progress: Progress,
    id: string,
    { actor, count }: { actor: string; count: number },
  ): Promise<void> {
    if (!hasAnnotations(store)) throw new TypeError('the store takes no annotations')
    for (let made = 0; made < count; made++) {
      await progress((await store.annotate(id, { key: 'note', value: made, actor })).sequence)
    }
  },

  /** Writes so many batches of two log entries, telling of each that was taken. */
  async log(
    store: IWorkflowStore,
    progress: Progress,
    id: string,
    { writer, count }: { writer: string; count: number },
  ): Promise<void> {
    if (!hasLogs(store)) throw new TypeError('the store keeps no log entries')
    for (let made = 0; made < count; made++) {
      const entry = { time: new Date().toISOString(), level: 'info', message: writer } as const
      await store.writeLogEntries(id, [
        { ...entry, data: 2 * made },
        { ...entry, data: 2 * made + 1 },
      ])
      await progress(2 * made + 1)
    }
  },

  /**
   * Makes many calls of every lane, telling of each, and never ends. With a number of turns it kills this very process so many
   * turns of the event loop after every lane has made its first call, which is often amid calls.
   */
  async goOn(
    store: IWorkflowStore,
    progress: Progress,
    starts: LaneStarts,
    turns: number | null,
  ): Promise<void> {
    const told = new LaneRecords()
    let dying = false
    const tell = async (news: LaneNews) => {
      await progress(news)
      told.hear(news)
      if (turns === null || dying || !told.haveSettled(1)) return
      dying = true
      void dieAfter(turns)
    }
    // Some stores never let go of the event loop, and would make calls for as long as it takes to check them.
    await driveLanes(store, starts, { calls: 50, tell })
    await new Promise(() => setInterval(() => {}, 1_000))
  },

  /** Makes the first so many calls in the life of a run, tells what it sees then, and ends as suddenly as can be. */
  async live(store: IWorkflowStore, progress: Progress, id: string, steps: number): Promise<void> {
    await progress(await live(store, id, steps))
    process.kill(process.pid, 'SIGKILL')
  },

  /** Answers an open gate and ends it with that answer, unless it has ended; gives the sequence of the ending, or `null`. */
  async answer(store: IWorkflowStore, _: Progress, id: string, answer: NewSignal): Promise<number | null> {
    const { sequence: signal } = await store.sendSignal(id, answer)
    const nodeId = answer.gate?.nodeId ?? ''
    for (;;) {
      const events = await store.getWorkflowEvents(id, { limit: 1_000 })
      if (events.some((event) => event.type === 'node_completed' && event.nodeId === nodeId)) return null
      const ending: Append = {
        commitId: randomUUID(),
        expectedSequence: events.length,
        events: [nodeCompleted(nodeId, { signal, decision: 'approve' })],
      }
      try {
        return (await store.appendEvents(id, ending)).lastSequence
      } catch (error) {
        if (!isStoreError(error, 'conflict')) throw error
      }
    }
  },
}

/** Ends this process as suddenly as can be. */
async function dieAfter(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await nextTurn()
  process.kill(process.pid, 'SIGKILL')
}

/** The scripts by name. */
export type ChildScripts = typeof childScripts

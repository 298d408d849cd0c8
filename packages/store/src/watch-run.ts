import { hasChangeHints } from './change-hints.ts'
import type { CallOptions, StorePrimitives } from './contract.ts'
import { NotFoundError } from './errors.ts'
import type { WorkflowEvent } from './event.ts'
import { Hinted } from './hinted.ts'
import { canonicalJson, copyJson, type Json } from './json.ts'
import type { WorkflowRun } from './run.ts'
import { hasEnded } from './transitions.ts'

/** What a watcher is told: each event once and in order, and how the run's record stands after them. */
export type RunNews = { kind: 'event'; event: WorkflowEvent } | { kind: 'run'; run: WorkflowRun }

/** Which run is watched, and from where on. */
export interface WatchOptions extends CallOptions {
  store: Pick<StorePrimitives, 'getWorkflowRun' | 'getWorkflowEvents'>
  id: string
  /** The last sequence that is known already. Default 0: all events are told. */
  after?: number
  /** How long after something new the next look comes, in milliseconds. Default 50. */
  shortestPauseMs?: number
  /** How long a pause becomes, by and by, while nothing happens, in milliseconds. Default 1,000. */
  longestPauseMs?: number
}

const eventsAPage = 1_000

/**
 * Tells what happens in a run as it happens, on any store: no event is missed and none told twice. The record is told first when its
 * events up to now are, and again whenever anything of it has changed but for a lease that was renewed. Ends when the run has: a
 * failed run that is resumed later is watched anew, `after` what was seen. The store is asked again and again, less often while
 * nothing happens, and at once where it hints at changes (`ChangeHints`).
 *
 * @throws `not_found` when there is no such run, or it is deleted meanwhile; the signal's reason once it is aborted; and whatever a
 * look comes to: after `unavailable`, watch again from the last event that was told.
 *
 * @example
 * for await (const news of watchRun({ store, id: runId, signal: AbortSignal.timeout(60_000) })) {
 *   if (news.kind === 'event') console.log(news.event.sequence, news.event.type, news.event.nodeId ?? '')
 *   else console.log(derivedStatus(news.run))
 * }
 */
export async function* watchRun({
  store,
  id,
  after = 0,
  signal,
  shortestPauseMs = 50,
  longestPauseMs = 1_000,
}: WatchOptions): AsyncGenerator<RunNews, void> {
  const call = signal ? { signal } : {}
  const hinted = new Hinted()
  // Before the first look: what changes between the two is hinted at.
  const leave = hasChangeHints(store) ? store.onChange(id, () => hinted.hint()) : () => {}
  try {
    let told: { createdAt: string; content: string } | undefined
    for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      signal?.throwIfAborted()
      hinted.clear()
      const run = await store.getWorkflowRun(id, call)
      if (run === null || (told && run.createdAt !== told.createdAt)) {
        throw new NotFoundError(told ? `run ${id} was deleted meanwhile` : `there is no run ${id}`)
      }
      while (after < run.lastSequence) {
        const limit = Math.min(eventsAPage, run.lastSequence - after)
        const events = await store.getWorkflowEvents(id, { after, limit }, call)
        if (events.length === 0) throw new NotFoundError(`run ${id} was deleted meanwhile`)
        for (const event of events) {
          after = event.sequence
          yield { kind: 'event', event }
        }
        pauseMs = shortestPauseMs
      }
      const content = contentOf(run)
      if (content !== told?.content) {
        told = { createdAt: run.createdAt, content }
        pauseMs = shortestPauseMs
        yield { kind: 'run', run }
      }
      if (hasEnded(run.status)) return
      // Who was hinted too early looks again soon.
      if (await hinted.pause(pauseMs, signal)) pauseMs = shortestPauseMs / 2
    }
  } finally {
    leave()
  }
}

/** What has to change for a record to be told again. */
function contentOf({ definition: _, inputs: __, claim, ...run }: WorkflowRun): string {
  const { expiresAt: ___, ...held } = claim ?? { expiresAt: '' }
  return canonicalJson(copyJson({ ...run, held }) as Json)
}

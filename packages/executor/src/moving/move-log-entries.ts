import {
  contentDigest,
  hasLogs,
  type IWorkflowStore,
  type Logs,
  logEntryBytes,
  maxLogBatchBytes,
  maxLogEntries,
  type NewLogEntry,
} from '@ion/store'
import { patienceOf, patiently } from '../patience.ts'
import type { MovedParts } from './moving-tally.ts'

const entriesAPage = 500

/** The log entries of a run in their order, as they were noted; none where the store keeps none. */
export async function* logEntriesIn(store: IWorkflowStore, id: string): AsyncGenerator<NewLogEntry> {
  if (!hasLogs(store)) return
  let after = 0
  for (;;) {
    const query = { after, limit: entriesAPage }
    const page = await patiently(patienceOf({}), () => store.listLogEntries(id, query))
    for (const { runId: _, sequence, ...entry } of page) {
      yield entry
      after = sequence
    }
    if (page.length < entriesAPage) return
  }
}

/** Where log entries go. */
export interface LogEntryTarget {
  store: IWorkflowStore
  id: string
  /** What becomes of the run is noted here. */
  moved: MovedParts
}

/**
 * Puts log entries to the copy of a run, behind those of them that are there. Where the store keeps none, or has others for the run,
 * they are left out, and told of.
 *
 * @throws a `StoreError`: what a write came to is not known then, and the next copying goes on behind what has landed.
 */
export async function moveLogEntries(
  entries: AsyncIterable<NewLogEntry> | Iterable<NewLogEntry>,
  { store, id, moved }: LogEntryTarget,
): Promise<void> {
  const there = logEntriesIn(store, id)
  let isBehind = false
  let batch: NewLogEntry[] = []
  let bytes = 0
  for await (const entry of entries) {
    const known = isBehind ? null : ((await there.next()).value ?? null)
    if (known !== null && contentDigest(known) === contentDigest(entry)) continue
    if (known !== null || !hasLogs(store)) {
      moved.logEntries.skipped = true
      return
    }
    isBehind = true
    const size = logEntryBytes(entry)
    if (batch.length === maxLogEntries || bytes + size > maxLogBatchBytes) {
      await write(store, { id, batch, moved })
      ;[batch, bytes] = [[], 0]
    }
    batch.push(entry)
    bytes += size
  }
  if (hasLogs(store) && batch.length > 0) await write(store, { id, batch, moved })
}

/** Not repeated: the store may have some of them, which a repeat would write twice. */
async function write(
  store: Logs,
  { id, batch, moved }: { id: string; batch: NewLogEntry[]; moved: MovedParts },
): Promise<void> {
  await store.writeLogEntries(id, batch)
  moved.logEntries.copied += batch.length
}

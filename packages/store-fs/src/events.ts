import { CorruptError, type WorkflowEvent } from '@ion/store'
import { isAppend } from './log-units.ts'
import type { RunLog } from './run-log.ts'

/** The events after a sequence, in order, read from the nearest known place on. */
export async function readEvents(log: RunLog, after: number, limit: number): Promise<WorkflowEvent[]> {
  const last = Math.min(after + limit, log.state.head.lastSequence)
  const events: WorkflowEvent[] = []
  if (last <= after) return events
  for await (const unit of log.units(log.index.eventFrom(after + 1), log.end)) {
    if (!isAppend(unit)) continue
    for (const { sequence, ...event } of unit.events) {
      if (sequence <= after) continue
      if (sequence !== after + events.length + 1) break
      events.push({ ...event, runId: log.id, sequence, timestamp: unit.at, commitId: unit.commit.id })
      if (sequence === last) return events
    }
  }
  const missing = after + events.length + 1
  throw new CorruptError(`${log.path}: event ${missing} was there when the log was opened, and is no more`)
}

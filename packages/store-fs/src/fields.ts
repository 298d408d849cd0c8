import { randomUUID } from 'node:crypto'
import { type CallOptions, NotFoundError } from '@ion/store'
import { type LogState, seenOf } from './log-fold.ts'
import type { FieldsUpdate } from './log-lines.ts'
import type { RunLog } from './run-log.ts'

/**
 * Changes a run's own fields by a line of the log. It needs no turn: where two come at once, both count, in the order
 * in which they landed.
 *
 * @returns the state right after it.
 */
export async function updateFields(
  log: RunLog,
  update: FieldsUpdate,
  clock: () => Date,
  { signal }: CallOptions = {},
): Promise<LogState> {
  return await log.turns.run(async () => {
    signal?.throwIfAborted()
    await log.refresh()
    const commit = { id: randomUUID(), index: 0, count: 1 }
    const unit = { commit, at: clock().toISOString(), seen: seenOf(log.state), update }
    // Nothing but a deletion makes an update void, and of that the log tells itself.
    if (!(await log.write(unit))) throw new NotFoundError(`there is no run ${log.id}`)
    return log.state
  })
}

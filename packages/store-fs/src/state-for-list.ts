import { isStoreError } from '@ion/store'
import { isMissing } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'
import type { LogState } from './log-fold.ts'
import { readState } from './log-state.ts'
import type { OpenLogs } from './open-logs.ts'
import { readProjection } from './projection-file.ts'
import type { Projector } from './projector.ts'

/** What a look at a run works with. */
export interface Looking {
  layout: Layout
  files: FileSystem
  logs: OpenLogs
  projector: Projector
}

/** The state of a run, as cheaply as it can be had: from `run.json`, and of the log only what is newer. `null` where there is no run. */
export async function stateForList(id: string, parts: Looking): Promise<LogState | null> {
  const { layout, files } = parts
  const projection = await readProjection(files, layout.projection(id))
  const facts = files.logFacts(layout.log(id))
  if (facts === null) return null
  try {
    if (projection === null || projection.state.id !== id) return await stateOfLog(id, parts)
    if (projection.covers.bytes === facts.size) return projection.state
    const known = { state: projection.state, bytes: projection.covers.bytes }
    const state = await readState(files, layout.log(id), known)
    return state?.deleted ? null : state
  } catch (error) {
    if (isMissing(error) || isStoreError(error, 'not_found')) return null
    // One run that is damaged must not hide the others.
    return projection?.state ?? null
  }
}

async function stateOfLog(id: string, { logs, projector }: Looking): Promise<LogState> {
  const state = await logs.use(id, (log) =>
    log.turns.run(async () => {
      await log.refresh()
      return log.state
    }),
  )
  projector.schedule(id)
  return state
}

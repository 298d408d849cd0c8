import { isStoreError } from '@ion/store'
import type { LogFacts } from './catalog-file.ts'
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

/** A state as it was found. */
export interface FoundState {
  state: LogState
  /** Whether the log is whole as far as was seen: of a damaged one it is the state that was known last. */
  sound: boolean
}

/** The state of a run, as cheaply as it can be had: from `run.json`, and of the log only what is newer. `null` where there is no run. */
export async function stateForList(id: string, parts: Looking): Promise<FoundState | null> {
  const { layout, files } = parts
  const projection = await readProjection(files, layout.projection(id))
  const facts = lookAtLog(id, parts)
  if (facts === null) return null
  try {
    if (projection === null || projection.state.id !== id)
      return { state: await stateOfLog(id, parts), sound: true }
    if (projection.covers.bytes >= facts.size)
      return { state: projection.state, sound: projection.covers.bytes === facts.size }
    const known = { state: projection.state, bytes: projection.covers.bytes }
    const state = await readState(files, layout.log(id), known)
    return state && !state.deleted ? { state, sound: true } : null
  } catch (error) {
    if (isMissing(error) || isStoreError(error, 'not_found')) return null
    // One run that is damaged must not hide the others.
    return projection && { state: projection.state, sound: false }
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

/** How the file of a run's log is now; `null` where there is none, or none that can be looked at: a list leaves such a run out. */
export function lookAtLog(id: string, { layout, files }: Pick<Looking, 'layout' | 'files'>): LogFacts | null {
  try {
    const found = files.lookAt(layout.log(id))
    return found && { size: found.size, inode: found.inode, modifiedMs: found.modifiedMs }
  } catch {
    return null
  }
}

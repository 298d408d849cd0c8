import type { FileSystem } from './file-system.ts'
import { foldUnit, type LogState, stateOfCreation } from './log-fold.ts'
import { readUnits } from './log-reading.ts'

/** A state with the offset in the log that it belongs to. */
export interface KnownState {
  state: LogState
  bytes: number
}

/**
 * What a log comes to, for a look at it alone: nothing stays open or in memory.
 *
 * @param known - Where to go on from. Default: the log's beginning.
 * @returns `null` when the log has no creation.
 * @throws {LogFault} when the log is damaged.
 */
export async function readState(
  files: FileSystem,
  path: string,
  known: KnownState | null = null,
): Promise<LogState | null> {
  const file = await files.openLog(path)
  try {
    const { size } = await file.facts()
    let state = known?.state ?? null
    for await (const units of readUnits(file, known?.bytes ?? 0, size)) {
      for (const placed of units) {
        if (state !== null) state = foldUnit(state, placed).state
        else if ('created' in placed.unit) state = stateOfCreation(placed.unit)
        else return null
      }
    }
    return state
  } finally {
    await file.close()
  }
}

import { isDeepStrictEqual } from 'node:util'
import type { OpenFile } from './file-system.ts'
import { foldUnit, type LogState, stateOfCreation } from './log-fold.ts'
import { LogFault } from './log-lines.ts'
import { readUnits } from './log-reading.ts'

/** How often the content is found to be as it was before the file's time is held to mean nothing: some systems set it when they like. */
const mostNeedlessLooks = 3

/** A log as it was read. */
export interface KnownLog {
  state: LogState
  /** Offset after its last whole unit. */
  end: number
}

/**
 * Notices that a log was overwritten in place while it is open, as an editor or a restored copy does it: no append changes the time
 * of a file and not its size. What then still comes to the same is taken for untouched.
 */
export class RewriteWatch {
  #modifiedMs: number | null = null
  #needlessLooks = 0

  /** Notes the file's time, right after what is known of the log was read or written. */
  note(modifiedMs: number): void {
    this.#modifiedMs = modifiedMs
  }

  /**
   * Looks at a file that is as long as it was.
   *
   * @throws {LogFault} when its content is not what was read.
   */
  async check(modifiedMs: number, file: OpenFile, known: KnownLog): Promise<void> {
    const isAsNoted = this.#modifiedMs === null || this.#modifiedMs === modifiedMs
    if (isAsNoted || this.#needlessLooks >= mostNeedlessLooks) return
    if (!isDeepStrictEqual(await readAgain(file, known.end), known))
      throw new LogFault('the log was overwritten while it was open', 0)
    this.#needlessLooks += 1
    this.#modifiedMs = modifiedMs
  }
}

async function readAgain(file: OpenFile, to: number): Promise<{ state: LogState | null; end: number }> {
  let state: LogState | null = null
  let end = 0
  for await (const units of readUnits(file, 0, to)) {
    for (const placed of units) {
      if (state !== null) state = foldUnit(state, placed).state
      else if ('created' in placed.unit) state = stateOfCreation(placed.unit)
      else throw new LogFault('the log was overwritten while it was open', placed.start)
      end = placed.end
    }
  }
  return { state, end }
}

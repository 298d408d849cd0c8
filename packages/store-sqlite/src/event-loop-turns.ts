import { setImmediate as nextTurn } from 'node:timers/promises'

const longestTurnMs = 10

/**
 * Lets timers, signals and whatever else waits for the event loop have their turn. The library works synchronously, so a caller
 * that writes again as soon as it has its answer would otherwise keep it for itself.
 */
export class EventLoopTurns {
  #began = performance.now()

  /** Waits for the next turn where this one has been long. */
  async leave(): Promise<void> {
    if (performance.now() - this.#began < longestTurnMs) return
    await nextTurn()
    this.#began = performance.now()
  }
}

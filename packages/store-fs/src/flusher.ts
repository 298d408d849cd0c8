import { fdatasyncSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** What a quick flush takes at most, in milliseconds: not much more than handing it to a thread and back does. */
const quickMs = 0.3

/** The most flushes that are handed to a thread before the medium is tried again. */
const mostBetweenTries = 256

/**
 * Flushes files to a medium of unknown speed. A quick one is waited for in place, as waking a thread for it would take about
 * as long as the flush; a slow one is left to a thread, so that the event loop goes on meanwhile. Whether it is quick is
 * tried now and then, less often each time that it was not.
 */
export class Flusher {
  #untilTry = 0
  #betweenTries = 1

  /** Returns once all that was written to a file is on the medium. */
  async flush(handle: FileHandle): Promise<void> {
    if (this.#untilTry > 0) {
      this.#untilTry -= 1
      await handle.datasync()
      return
    }
    const began = performance.now()
    fdatasyncSync(handle.fd)
    this.#note(performance.now() - began)
    // Timers and whatever else waits get their turn: a chain of quick flushes would keep it from them.
    await nextTurn()
  }

  #note(ms: number): void {
    const slow = ms > quickMs
    this.#betweenTries = slow ? Math.min(this.#betweenTries * 4, mostBetweenTries) : 1
    this.#untilTry = slow ? this.#betweenTries : 0
  }
}

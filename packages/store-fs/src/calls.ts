import { type CallOptions, UnavailableError } from '@ion/store'
import { asStoreError } from './file-errors.ts'

/** The calls in flight on one handle, until it is closed. */
export class Calls {
  readonly #inFlight = new Set<Promise<unknown>>()
  #closed = false

  /**
   * Runs a call, unless the handle was closed or the caller has given up.
   *
   * @param outcome - What an unforeseen failure of the disk means: `none` when the call writes nothing.
   */
  async run<Result>(
    { signal }: CallOptions = {},
    outcome: 'none' | 'unknown',
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (this.#closed) throw new UnavailableError('the store was closed', 'none')
    signal?.throwIfAborted()
    const call = work()
    this.#inFlight.add(call)
    try {
      return await call
    } catch (error) {
      throw asStoreError(error, outcome)
    } finally {
      this.#inFlight.delete(call)
    }
  }

  /** Refuses calls from now on, and waits for those in flight. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([...this.#inFlight])
  }
}

import type { CallOptions } from './contract.ts'
import { UnavailableError } from './errors.ts'

/**
 * The calls in flight on one handle of a store, until it is closed: what every store needs around its calls.
 *
 * @example
 * const calls = new Calls((error, outcome) => asStoreError(error, outcome))
 * await calls.run(options, 'none', () => readRun(id))
 */
export class Calls {
  readonly #asStoreError: (error: unknown, outcome: 'none' | 'unknown') => unknown
  readonly #inFlight = new Set<Promise<unknown>>()
  #closed = false

  /** @param asStoreError - What a call that failed with this rejects with. */
  constructor(asStoreError: (error: unknown, outcome: 'none' | 'unknown') => unknown) {
    this.#asStoreError = asStoreError
  }

  /**
   * Runs a call, unless the handle was closed or the caller has given up.
   *
   * @param outcome - What an unforeseen failure of the medium means: `none` when the call writes nothing.
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
      throw this.#asStoreError(error, outcome)
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

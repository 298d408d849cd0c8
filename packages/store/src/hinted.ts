/** Pauses that a hint cuts short, also one that came before the pause began. */
export class Hinted {
  #pending = false
  #wake: (() => void) | undefined

  /** Ends the pause, or the next one at once. */
  hint(): void {
    this.#pending = true
    this.#wake?.()
  }

  /** Forgets hints at what is about to be looked at. */
  clear(): void {
    this.#pending = false
  }

  /**
   * @returns whether a hint ended it.
   * @throws the signal's reason when it is aborted.
   */
  async pause(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted()
    if (this.#pending) return true
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      signal?.addEventListener('abort', this.#wake, { once: true })
    })
    if (this.#wake) signal?.removeEventListener('abort', this.#wake)
    this.#wake = undefined
    signal?.throwIfAborted()
    return this.#pending
  }
}

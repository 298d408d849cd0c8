/**
 * Lets pieces of work on the same thing happen one after the other, in order of arrival, within this process; work on other things
 * overlaps. For stores whose medium has no locks of its own.
 *
 * @example
 * const turns = new Turns()
 * await turns.take([runId], async () => write(change(await read(runId))))
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Waits for whatever came before to one of the things, then works, while others wait. */
  async take<Result>(things: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const turn = Promise.all(things.map((thing) => this.#last.get(thing))).then(work)
    const settled = turn.catch(() => {})
    for (const thing of things) this.#last.set(thing, settled)
    try {
      return await turn
    } finally {
      for (const thing of things) if (this.#last.get(thing) === settled) this.#last.delete(thing)
    }
  }
}

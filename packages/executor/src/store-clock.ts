/** The store's time, reckoned from the last timestamp it gave: what is due is due by the store's clock, not by ours. */
export class StoreClock {
  #offset = 0

  /** Takes a timestamp that the store has just given. */
  observe(timestamp: string): void {
    this.#offset = Date.parse(timestamp) - Date.now()
  }

  /** The store's time now, in milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#offset
  }

  /** Milliseconds from a time of the store's (ISO) to now, never negative; 0 when there is no such time. */
  since(time: string | null): number {
    return time === null ? 0 : Math.max(0, this.now() - Date.parse(time))
  }

  /** The store's time `ms` from now, as it stands in the log. */
  after(ms: number): string {
    return new Date(this.now() + ms).toISOString()
  }
}

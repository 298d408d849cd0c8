/** Whether the suite runs in its long form: full sizes, and more rounds of what chance decides. */
export const longForm = Boolean(process.env.ION_LONG)

/** How often every case runs, each time in a fresh place: `ION_REPEAT`, else once. */
export const repeats = Math.max(1, Math.trunc(Number(process.env.ION_REPEAT)) || 1)

/** A size or a number of rounds: the full one in the long form, else a tenth. */
export function scaled(full: number): number {
  return longForm ? full : Math.ceil(full / 10)
}

/** Where runs are kept. Memory is missing: what is in it does not outlive its process, so there is nothing to recover. */
export type StoreKind = 'files' | 'sqlite' | 'postgres'

const storeKinds: readonly StoreKind[] = ['files', 'sqlite', 'postgres']

/** Does the same on every store, all at once. When some fail, the first one's error is thrown, and says which it was. */
export async function onEveryStore(work: (kind: StoreKind) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(storeKinds.map(work))
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') continue
    const { reason } = outcome
    if (reason instanceof Error) reason.message = `${storeKinds[index]}: ${reason.message}`
    throw reason
  }
}

/** Whether suites run their long form. */
export const long = Boolean(process.env.ION_LONG)

/** At which writes a run is killed: at the first one of these, then at every stride-th after it. */
export interface Kills {
  first: number
  stride: number
}

/** All writes in the long form; in the short one every stride-th, from a random one on. */
export function killsOf(strides: { [Kind in StoreKind]: number }, kind: StoreKind): Kills {
  const stride = long ? 1 : strides[kind]
  return { first: 1 + Math.floor(Math.random() * stride), stride }
}

/**
 * Kills a run at one write after the other, two at a time, until one has no such write.
 *
 * @param nth - Kills at the n-th write, and recovers. `false` when there was none.
 * @returns how many were killed, and the n at which none was.
 */
export async function killAtEach(
  { first, stride }: Kills,
  nth: (n: number) => Promise<boolean>,
): Promise<{ kills: number; last: number }> {
  let kills = 0
  let next = first
  let last = Number.POSITIVE_INFINITY
  const lane = async () => {
    while (next < last) {
      const n = next
      next += stride
      if (await nth(n)) kills += 1
      else last = Math.min(last, n)
    }
  }
  const lanes = await Promise.allSettled([lane(), lane()])
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason
  return { kills, last }
}

/** Says how often runs were killed, and where. */
export function tellKills(what: string, kind: StoreKind, { first, stride }: Kills, kills: number): void {
  process.stdout.write(`${kind}: killed ${what} ${kills} times, from ${first} on every ${stride}\n`)
}

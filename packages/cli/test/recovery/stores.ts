/** Where runs are kept. Memory is missing: what is in it does not outlive its process, so there is nothing to recover. */
export type StoreKind = 'files' | 'sqlite' | 'postgres'

const storeKinds: readonly StoreKind[] = ['files', 'sqlite', 'postgres']

/** Whether suites run their long form. */
export const long = Boolean(process.env.ION_LONG)

/** Does the same on every store, all at once. When some fail, the first one's error is thrown, and says which it was. */
export function onEveryStore(work: (kind: StoreKind) => Promise<void>): Promise<void> {
  return onAll(storeKinds, work)
}

/** Does it on every store in the long form; in the short one on one of them by chance. */
export function onSomeStore(work: (kind: StoreKind) => Promise<void>): Promise<void> {
  const chosen = Math.floor(Math.random() * storeKinds.length)
  return onAll(long ? storeKinds : storeKinds.slice(chosen, chosen + 1), work)
}

async function onAll(kinds: readonly StoreKind[], work: (kind: StoreKind) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(kinds.map(work))
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') continue
    const { reason } = outcome
    if (reason instanceof Error) reason.message = `${kinds[index]}: ${reason.message}`
    throw reason
  }
}

/** At which writes a run is killed: the n-th ones of a list, or each that it has. */
export type Kills = readonly number[] | 'each'

/** Each write in the long form; in the short one a few by chance, of those that every run has. */
export function killsOf(
  kind: StoreKind,
  { surely, short }: { surely: number; short: { [Kind in StoreKind]: number } },
): Kills {
  if (long) return 'each'
  const all = Array.from({ length: surely }, (_, index) => index + 1)
  const by = new Map(all.map((n) => [n, Math.random()]))
  return all.sort((one, two) => (by.get(one) ?? 0) - (by.get(two) ?? 0)).slice(0, short[kind])
}

/**
 * Kills a run at one write after the other, two at a time; at each of them, until one has no such write.
 *
 * @param nth - Kills at the n-th write, and recovers. `false` when there was none.
 * @returns at which n it was killed, and the first n at which it was not.
 */
export async function killAtEach(
  kills: Kills,
  nth: (n: number) => Promise<boolean>,
): Promise<{ killed: number[]; last: number }> {
  const killed: number[] = []
  let last = Number.POSITIVE_INFINITY
  const left = kills === 'each' ? naturals() : kills.values()
  const lane = async () => {
    while (last === Number.POSITIVE_INFINITY) {
      const { value: n } = left.next()
      if (n === undefined) return
      if (await nth(n)) killed.push(n)
      else last = Math.min(last, n)
    }
  }
  const lanes = await Promise.allSettled([lane(), lane()])
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason
  return { killed: killed.sort((one, two) => one - two), last }
}

function* naturals(): Generator<number, undefined> {
  for (let n = 1; ; n++) yield n
}

/** Says at which writes runs were killed. */
export function tellKills(what: string, kind: StoreKind, killed: readonly number[]): void {
  process.stdout.write(`${kind}: killed ${what}, n = ${killed.join(' ')}\n`)
}

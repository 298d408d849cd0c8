import { setTimeout as sleep } from 'node:timers/promises'
import { isStoreError } from '@ion/store'
import { defaultLeaseMs } from './lease.ts'
import type { RunOptions } from './options.ts'

/** How a failed medium is asked again: soon, then every second. */
const firstDelayMs = 50
const longestDelayMs = 1_000

/** How patiently a store is asked whose medium may fail. */
export interface Patience {
  /** How long it is asked again, in milliseconds. */
  patienceMs: number
  /**
   * Whether something has begun that is to go on. Default `true`. When `false`, a first failure that had no effect is the caller's to
   * act on; one that may have landed is asked again until its fate is known.
   */
  begun?: boolean
}

/** Asks for as long as a lease lasts that nobody renews: after that the run may be another's. */
export function patienceOf({ lease }: Pick<RunOptions, 'lease'>): Patience {
  return { patienceMs: lease?.ttlMs ?? defaultLeaseMs }
}

/**
 * Makes a call of a store, and makes it again while the store is unavailable. The call must be the very same each time, with the
 * same ids, so that it has its effect once.
 *
 * @throws what the store throws that is not `unavailable`; `unavailable` when patience has run out.
 */
export async function patiently<Result>(
  { patienceMs, begun = true }: Patience,
  call: () => Promise<Result>,
): Promise<Result> {
  const giveUpAt = performance.now() + patienceMs
  let goesOn = begun
  for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
    try {
      return await call()
    } catch (error) {
      if (!isStoreError(error, 'unavailable')) throw error
      goesOn ||= error.details.outcome !== 'none'
      if (!goesOn || performance.now() + delay > giveUpAt) throw error
    }
    await sleep(delay)
  }
}

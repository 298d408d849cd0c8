import type { RetryPolicy } from '@ion/core'

/** The longest wait before a retry. */
const longestDelayMs = 60 * 60 * 1000

/** An attempt that failed, as far as a retry depends on it. */
export interface FailedAttempt {
  /** 1 for the first try. */
  attempt: number
  transient: boolean
}

/**
 * How long to wait before a failed body runs again; `null` when it doesn't. The wait doubles with each retry and is
 * scattered between half and the whole, so that what failed together doesn't come back together. Pure.
 *
 * @param random - Between 0 and 1.
 */
export function retryDelay(
  policy: RetryPolicy,
  { attempt, transient }: FailedAttempt,
  random: number,
): number | null {
  if (attempt > policy.maxAttempts) return null
  if (policy.onError === 'transient' && !transient) return null
  const full = Math.min(policy.delayMs * 2 ** (attempt - 1), longestDelayMs)
  return Math.round(full * (0.5 + random / 2))
}

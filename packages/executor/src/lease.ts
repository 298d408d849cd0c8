import { type Claim, type IWorkflowStore, isReopenable } from '@ion/store'
import { keepRenewing } from './keep-renewing.ts'
import type { LeaseOptions } from './options.ts'
import { type RenewalThread, renewalThread } from './renewal-thread.ts'

/** How long a hold lasts by default, in milliseconds. */
export const defaultLeaseMs = 30_000

export interface LeaseKeeping {
  store: IWorkflowStore
  runId: string
  claim: Claim
  options: LeaseOptions | undefined
  /** The run was lost to another, or could not be renewed in time. */
  onLost(error: unknown): void
}

/** A lease that is being kept. */
export interface Lease {
  /**
   * Moves the renewals to a thread of their own, where the store allows it: to be called before anything runs that
   * could block this one.
   */
  shield(): void
  /** Renews no more. */
  stop(): void
}

/**
 * Renews a claim until it is told to stop. A store that can be opened again is renewed from a thread of its own, as soon
 * as that is worth a thread: at the first renewal, or when a handler is about to run that might block this thread.
 */
export function keepLease({ store, runId, claim, options, onLost }: LeaseKeeping): Lease {
  const ttlMs = options?.ttlMs ?? defaultLeaseMs
  const everyMs = options?.renewEveryMs ?? ttlMs / 3
  let thread: RenewalThread | null = null
  let stopped = false
  const lose = (error: unknown) => {
    if (!stopped) onLost(error)
  }
  const shield = () => {
    if (thread || stopped || !isReopenable(store)) return
    thread = renewalThread(store.reopen)
    thread.keep({ runId, claim, ttlMs, everyMs }, lose)
  }
  const renew = () => store.renewClaim(runId, claim, ttlMs)
  let stopRenewing = () => {}
  const timer = setTimeout(() => {
    shield()
    if (!thread) stopRenewing = keepRenewing({ renew, everyMs, onLost: lose })
  }, everyMs)
  return {
    shield,
    stop() {
      stopped = true
      clearTimeout(timer)
      stopRenewing()
      thread?.drop(claim)
    },
  }
}

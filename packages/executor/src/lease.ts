import { type Claim, type IWorkflowStore, isReopenable, isStoreError } from '@ion/store'
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
  const renewHere = async () => {
    try {
      await store.renewClaim(runId, claim, ttlMs)
    } catch (error) {
      // A store that is away for a moment is asked again; the lease says how long that may take.
      if (!isStoreError(error, 'unavailable')) lose(error)
    }
  }
  const timer = setInterval(() => {
    shield()
    if (!thread) void renewHere()
  }, everyMs)
  return {
    shield,
    stop() {
      stopped = true
      clearInterval(timer)
      thread?.drop(runId)
    },
  }
}

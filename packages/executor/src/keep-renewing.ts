import { isStoreError } from '@ion/store'

/** How soon a renewal is tried again that did not reach the store, in milliseconds, unless the next is due before. */
const retryMs = 500

export interface KeptRenewal {
  renew(): Promise<unknown>
  everyMs: number
  /** The claim can't be renewed any more; no further renewal is tried. */
  onLost(error: unknown): void
}

/**
 * Renews at once, and then again and again. A store that is away is asked again soon: the lease goes on meanwhile, and says
 * itself how long that may take.
 *
 * @returns what ends it.
 */
export function keepRenewing({ renew, everyMs, onLost }: KeptRenewal): () => void {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const again = async () => {
    const began = performance.now()
    let waitMs = everyMs
    try {
      await renew()
    } catch (error) {
      if (stopped) return
      if (!isStoreError(error, 'unavailable')) return onLost(error)
      waitMs = Math.min(everyMs, retryMs)
    }
    if (!stopped) timer = setTimeout(again, Math.max(0, waitMs - (performance.now() - began)))
  }
  void again()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

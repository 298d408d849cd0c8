import { Worker } from 'node:worker_threads'
import type { Claim, Reopenable } from '@ion/store'
import { StoreErrorFromThread } from './renewal-error.ts'
import type { Renewal, RenewalReport, RenewalRequest } from './renewal-worker.ts'

/** How soon a thread that has ended is followed by another, in milliseconds: leases go on meanwhile. */
const restartMs = 500

const threads = new Map<string, RenewalThread>()

/** The thread for a store; runs on the same store share it. It does not keep the process alive. */
export function renewalThread(reopen: Reopenable['reopen']): RenewalThread {
  const key = JSON.stringify(reopen)
  const thread = threads.get(key) ?? new RenewalThread(reopen)
  threads.set(key, thread)
  return thread
}

interface Kept {
  renewal: Renewal
  onLost(error: unknown): void
}

/**
 * Renews claims of one store in a thread of its own, whatever this thread is busy with. Should the thread end, by a fault in a
 * store's library perhaps, another one takes over: a claim is lost when the store says so, or when it has run out.
 */
export class RenewalThread {
  readonly #reopen: Reopenable['reopen']
  /** By the claims' tokens. */
  readonly #kept = new Map<string, Kept>()
  #worker: Worker | null = null

  constructor(reopen: Reopenable['reopen']) {
    this.#reopen = reopen
  }

  /** Renews a claim until it is dropped, or lost. */
  keep(renewal: Renewal, onLost: (error: unknown) => void): void {
    this.#kept.set(renewal.claim.token, { renewal, onLost })
    if (this.#worker) this.#send({ kind: 'keep', renewal })
    else this.#start()
  }

  /** Renews a claim no more; nothing is told of it from now on. */
  drop(claim: Claim): void {
    if (this.#kept.delete(claim.token)) this.#send({ kind: 'drop', claim })
  }

  #start(): void {
    const worker = new Worker(workerModule(), { workerData: this.#reopen })
    this.#worker = worker
    worker.on('message', ({ token, error }: RenewalReport) => {
      const kept = this.#kept.get(token)
      this.#kept.delete(token)
      kept?.onLost(new StoreErrorFromThread(error))
    })
    // It ends then, which is heard below.
    worker.on('error', () => {})
    worker.on('exit', () => {
      this.#worker = null
      setTimeout(() => {
        if (!this.#worker && this.#kept.size > 0) this.#start()
      }, restartMs).unref()
    })
    // After the listeners: a listener would keep the process alive.
    worker.unref()
    for (const { renewal } of this.#kept.values()) this.#send({ kind: 'keep', renewal })
  }

  #send(request: RenewalRequest): void {
    this.#worker?.postMessage(request)
  }
}

/** The worker's file beside this one: TypeScript when run from the sources, JavaScript when built. */
function workerModule(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./renewal-worker.${extension}`, import.meta.url)
}

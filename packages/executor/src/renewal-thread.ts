import { Worker } from 'node:worker_threads'
import type { Claim, Reopenable } from '@ion/store'
import { StoreErrorFromThread } from './renewal-error.ts'
import type { Renewal, RenewalReport, RenewalRequest } from './renewal-worker.ts'

/** A thread that renews claims of one store, whatever this thread is busy with. */
export interface RenewalThread {
  keep(renewal: Renewal, onLost: (error: unknown) => void): void
  drop(claim: Claim): void
}

const threads = new Map<string, RenewalThread>()

/** The thread for a store; runs on the same store share it. It does not keep the process alive. */
export function renewalThread(reopen: Reopenable['reopen']): RenewalThread {
  const key = JSON.stringify(reopen)
  const known = threads.get(key)
  if (known) return known
  const thread = startThread(reopen, () => threads.delete(key))
  threads.set(key, thread)
  return thread
}

function startThread(reopen: Reopenable['reopen'], onExit: () => void): RenewalThread {
  const listeners = new Map<string, (error: unknown) => void>()
  const worker = new Worker(workerModule(), { workerData: reopen })
  const failAll = (error: unknown) => {
    onExit()
    for (const onLost of listeners.values()) onLost(error)
    listeners.clear()
  }
  worker.on('message', ({ token, error }: RenewalReport) => {
    listeners.get(token)?.(new StoreErrorFromThread(error))
    listeners.delete(token)
  })
  worker.on('error', failAll)
  worker.on('exit', () => failAll(new Error('the thread that renews leases has ended')))
  // After the listeners: a listener would keep the process alive.
  worker.unref()
  const send = (request: RenewalRequest) => worker.postMessage(request)
  return {
    keep(renewal, onLost) {
      listeners.set(renewal.claim.token, onLost)
      send({ kind: 'keep', renewal })
    },
    drop(claim) {
      if (!listeners.delete(claim.token)) return
      send({ kind: 'drop', claim })
    },
  }
}

/** The worker's file beside this one: TypeScript when run from the sources, JavaScript when built. */
function workerModule(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./renewal-worker.${extension}`, import.meta.url)
}

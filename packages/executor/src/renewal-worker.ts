import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { type Claim, type IWorkflowStore, isStoreError, type Reopenable, type StoreModule } from '@ion/store'
import type { ThreadError } from './renewal-error.ts'

/** One claim to be renewed. */
export interface Renewal {
  runId: string
  claim: Claim
  ttlMs: number
  everyMs: number
}

/** What the thread is told. */
export type RenewalRequest = { kind: 'keep'; renewal: Renewal } | { kind: 'drop'; runId: string }

/** What the thread tells: a claim is lost. */
export interface RenewalReport {
  runId: string
  error: ThreadError
}

async function openAgain({ module, url, options }: Reopenable['reopen']): Promise<IWorkflowStore> {
  const { openStore }: StoreModule = await import(module)
  return await openStore(url, options)
}

/** Renews claims as it is told, on a store of its own. */
function serve(port: NonNullable<typeof parentPort>, reopen: Reopenable['reopen']): void {
  const store = openAgain(reopen)
  const timers = new Map<string, NodeJS.Timeout>()
  const drop = (runId: string) => {
    clearInterval(timers.get(runId))
    timers.delete(runId)
  }
  const renew = async ({ runId, claim, ttlMs }: Renewal) => {
    try {
      await (await store).renewClaim(runId, claim, ttlMs)
    } catch (error) {
      if (isStoreError(error, 'unavailable') || !timers.has(runId)) return
      drop(runId)
      const code = isStoreError(error) ? error.code : 'internal'
      const message = error instanceof Error ? error.message : String(error)
      port.postMessage({ runId, error: { code, message } } satisfies RenewalReport)
    }
  }
  port.on('message', (request: RenewalRequest) => {
    if (request.kind === 'drop') return drop(request.runId)
    const { renewal } = request
    timers.set(
      renewal.runId,
      setInterval(() => void renew(renewal), renewal.everyMs),
    )
    void renew(renewal)
  })
}

if (!isMainThread && parentPort) serve(parentPort, workerData)

import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { type Claim, type IWorkflowStore, isStoreError, type Reopenable, type StoreModule } from '@ion/store'
import { keepRenewing } from './keep-renewing.ts'
import type { ThreadError } from './renewal-error.ts'

/** One claim to be renewed. */
export interface Renewal {
  runId: string
  claim: Claim
  ttlMs: number
  everyMs: number
}

/** What the thread is told. */
export type RenewalRequest = { kind: 'keep'; renewal: Renewal } | { kind: 'drop'; claim: Claim }

/** What the thread tells: a claim is lost. */
export interface RenewalReport {
  /** The claim's token: by now the run may have another claim, which is not meant. */
  token: string
  error: ThreadError
}

async function openAgain({ module, url, options }: Reopenable['reopen']): Promise<IWorkflowStore> {
  const { openStore }: StoreModule = await import(module)
  return await openStore(url, options)
}

/** Renews claims as it is told, on a store of its own. */
function serve(port: NonNullable<typeof parentPort>, reopen: Reopenable['reopen']): void {
  let opening: Promise<IWorkflowStore> | undefined
  // A store that could not be opened is opened again by the next renewal.
  const open = () => {
    opening ??= openAgain(reopen).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  const kept = new Map<string, () => void>()
  const drop = ({ token }: Claim) => {
    kept.get(token)?.()
    kept.delete(token)
  }
  const tellLost = (claim: Claim, error: unknown) => {
    drop(claim)
    const code = isStoreError(error) ? error.code : 'internal'
    const message = error instanceof Error ? error.message : String(error)
    port.postMessage({ token: claim.token, error: { code, message } } satisfies RenewalReport)
  }
  port.on('message', (request: RenewalRequest) => {
    if (request.kind === 'drop') return drop(request.claim)
    const { runId, claim, ttlMs, everyMs } = request.renewal
    const renew = async () => await (await open()).renewClaim(runId, claim, ttlMs)
    kept.set(claim.token, keepRenewing({ renew, everyMs, onLost: (error) => tellLost(claim, error) }))
  })
}

if (!isMainThread && parentPort) serve(parentPort, workerData)

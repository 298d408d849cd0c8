import { type Claim, type ClaimView, claimState, type HeldClaim, LeaseLostError, viewClaim } from '@ion/store'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'
import type { RunLog } from './run-log.ts'
import { replaceFile } from './write-files.ts'

/**
 * How long claims last. A claim itself, with its first expiry, is in the log; what a renewal moves is a file of the
 * claim's own, which nobody but its holder writes. So a renewal, however late, never touches another's claim.
 */
export class Leases {
  readonly #layout: Layout
  readonly #files: FileSystem

  constructor(layout: Layout, files: FileSystem) {
    this.#layout = layout
    this.#files = files
  }

  /** A claim with the expiry in force. */
  async current(id: string, claim: HeldClaim | null): Promise<HeldClaim | null> {
    if (claim === null) return null
    const expiresAt = await this.#renewedTo(id, claim.number)
    return expiresAt === null ? claim : { ...claim, expiresAt }
  }

  /** The log's claim with the expiry in force, and how it stands now. */
  async judge(log: RunLog, now: string): Promise<{ claim: HeldClaim | null; state: ClaimView['state'] }> {
    const claim = await this.current(log.id, log.state.head.claim)
    if (claim === null) return { claim, state: 'expired' }
    log.lease = { number: claim.number, expiresAt: claim.expiresAt }
    return { claim, state: claimState(claim, now) }
  }

  /** The log's claim as anyone may see it. */
  async view(id: string, claim: HeldClaim | null, now: string): Promise<ClaimView | null> {
    return viewClaim(await this.current(id, claim), now)
  }

  /**
   * Makes the log's claim last longer. In the log's turn.
   *
   * @throws {LeaseLostError} when the claim is not the current one or has expired.
   */
  async renew(log: RunLog, { token }: Claim, ttlMs: number, clock: () => Date): Promise<Claim> {
    const now = clock()
    const { claim } = await this.judge(log, now.toISOString())
    if (claim?.token !== token) throw new LeaseLostError('the claim is not the current one')
    if (claim.expiresAt <= now.toISOString()) throw expired(claim)
    const expiresAt = new Date(now.getTime() + ttlMs).toISOString()
    await this.#write(log.id, claim.number, expiresAt)
    if (claim.expiresAt <= clock().toISOString()) {
      // It ended while the file was written: others may have seen that already.
      await this.#write(log.id, claim.number, claim.expiresAt)
      throw expired(claim)
    }
    log.lease = { number: claim.number, expiresAt }
    return { token, number: claim.number, expiresAt }
  }

  async #write(id: string, number: number, expiresAt: string): Promise<void> {
    const bytes = `${JSON.stringify({ number, expiresAt })}\n`
    // Not flushed: a holder doesn't outlive its machine, and the log alone says whose claim it is.
    const path = this.#layout.lease(id, number)
    await replaceFile(this.#files, this.#layout, { id, path, bytes, durable: false })
  }

  /** The expiry of the last renewal; `null` before the first, or when its file is damaged. */
  async #renewedTo(id: string, number: number): Promise<string | null> {
    const text = await this.#files.readFile(this.#layout.lease(id, number)).catch(() => null)
    if (text === null) return null
    try {
      const value: unknown = JSON.parse(text.toString())
      if (typeof value !== 'object' || value === null || !('expiresAt' in value)) return null
      return typeof value.expiresAt === 'string' ? value.expiresAt : null
    } catch {
      return null
    }
  }
}

function expired({ expiresAt }: HeldClaim): LeaseLostError {
  return new LeaseLostError(`the claim expired at ${expiresAt}`)
}

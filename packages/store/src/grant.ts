import { randomUUID } from 'node:crypto'
import type { HeldClaim } from './append-rules.ts'
import type { Claim } from './claim.ts'
import type { GrantRequest } from './content-digest.ts'
import { LeaseLostError } from './errors.ts'

/**
 * A new claim with a random token. Whether it may be granted is for `claimState` and `guardClaimAppend` to say.
 *
 * @param number - The number after that of the run's last claim.
 * @param now - The store's time (ISO).
 */
export function newClaim({ owner, ttlMs }: GrantRequest, number: number, now: string): HeldClaim {
  return { token: randomUUID(), number, expiresAt: later(now, ttlMs), owner }
}

/**
 * The run's claim with a new expiry, `ttlMs` from now.
 *
 * @param held - The run's claim, as it is kept.
 * @param claim - The one that its holder shows.
 * @throws {LeaseLostError} when that is not the current one, or has expired.
 */
export function renewedClaim(held: HeldClaim | null, claim: Claim, ttlMs: number, now: string): HeldClaim {
  if (held?.token !== claim.token) throw new LeaseLostError('the claim is not the current one')
  if (held.expiresAt <= now) throw new LeaseLostError(`the claim expired at ${held.expiresAt}`)
  return { ...held, expiresAt: later(now, ttlMs) }
}

/** A claim as its holder gets it. */
export function claimOf({ token, number, expiresAt }: HeldClaim): Claim {
  return { token, number, expiresAt }
}

function later(now: string, ttlMs: number): string {
  return new Date(Date.parse(now) + ttlMs).toISOString()
}

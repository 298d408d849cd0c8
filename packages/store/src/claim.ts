import { z } from 'zod'

/**
 * Who holds a run. Host, boot id, pid namespace and pid serve only to judge whether the process is alive; on another
 * host nothing can be judged and the lease's expiry decides.
 */
export interface Owner {
  /** A random id of this executor instance. */
  id: string
  host: string
  /** Changes with every boot of the machine; `null` where the system has none. */
  bootId: string | null
  /** Distinguishes containers on one host; `null` where the system has none. */
  pidNamespace: string | null
  pid: number
  /** Tells a process from a later one with the same pid; `null` where the system doesn't say. */
  processStart: string | null
}

/** Schema of an owner. */
export const ownerSchema: z.ZodType<Owner> = z.strictObject({
  id: z.string().min(1).max(128),
  host: z.string().max(256),
  bootId: z.string().max(128).nullable(),
  pidNamespace: z.string().max(128).nullable(),
  pid: z.number().int().nonnegative(),
  processStart: z.string().max(128).nullable(),
})

/** The right to append to a run, for a while. */
export interface Claim {
  /** Random; whoever knows it is the holder. */
  token: string
  /** 1, 2, 3 … per run: each grant has the next number. */
  number: number
  /** When the lease ends unless renewed (ISO, milliseconds, the store's clock). */
  expiresAt: string
}

/** A run's claim as anyone may see it: without the token, and judged by the store at the moment of reading. */
export interface ClaimView {
  owner: Owner
  number: number
  expiresAt: string
  /** `live` holds the run; `expired` has outlived its lease; `dead` was on this host and its process is gone. */
  state: 'live' | 'expired' | 'dead'
}

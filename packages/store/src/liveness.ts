import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { HeldClaim } from './append-rules.ts'
import type { ClaimView, Owner } from './claim.ts'

function readOrNull(read: () => string): string | null {
  try {
    return read()
  } catch {
    return null
  }
}

let machine: Pick<Owner, 'host' | 'bootId' | 'pidNamespace'> | undefined

/** This machine, as owners name it. */
function thisMachine() {
  machine ??= {
    host: hostname(),
    bootId: readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: readOrNull(() => readlinkSync('/proc/self/ns/pid')),
  }
  return machine
}

/**
 * When a process started, in the kernel's ticks since boot, with a `Z` when it is a zombie; `null` where it is gone or
 * the system has no `/proc`. The name (field 2) may contain spaces and parentheses, so fields count from the last `)`.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html fields 3 (state) and 22 (starttime)
 */
function processStat(pid: number): { state: string; start: string } | null {
  const stat = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, start] = [fields[0], fields[19]]
  return state === undefined || start === undefined ? null : { state, start }
}

/** This process as an owner of claims, with a fresh random id. */
export function currentOwner(): Owner {
  return {
    id: randomUUID(),
    ...thisMachine(),
    pid: process.pid,
    processStart: processStat(process.pid)?.start ?? null,
  }
}

/**
 * Whether an owner's process lives: `unknown` when it is (or may be) on another machine or in another pid namespace.
 *
 * @example
 * ownerLiveness(currentOwner()) // 'alive'
 */
export function ownerLiveness(owner: Owner): 'alive' | 'dead' | 'unknown' {
  const here = thisMachine()
  if (owner.host !== here.host) return 'unknown'
  if (owner.bootId !== here.bootId) return owner.bootId === null || here.bootId === null ? 'unknown' : 'dead'
  if (owner.pidNamespace !== here.pidNamespace) return 'unknown'
  if (owner.processStart !== null) {
    const stat = processStat(owner.pid)
    return stat !== null && stat.start === owner.processStart && stat.state !== 'Z' && stat.state !== 'X'
      ? 'alive'
      : 'dead'
  }
  try {
    process.kill(owner.pid, 0)
    return 'alive'
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'alive' : 'dead'
  }
}

/**
 * How a claim stands: the lease's expiry by the store's clock, and on the same host whether the process is there.
 *
 * @param now - The store's time (ISO).
 */
export function claimState(claim: HeldClaim, now: string): ClaimView['state'] {
  if (ownerLiveness(claim.owner) === 'dead') return 'dead'
  return claim.expiresAt <= now ? 'expired' : 'live'
}

/** A claim as anyone may see it: judged, and without the token. */
export function viewClaim(claim: HeldClaim | null, now: string): ClaimView | null {
  if (claim === null) return null
  const { owner, number, expiresAt } = claim
  return { owner: { ...owner }, number, expiresAt, state: claimState(claim, now) }
}

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { HeldClaim } from './append-rules.ts'
import type { Owner } from './claim.ts'
import { claimState, currentOwner, ownerLiveness, viewClaim } from './liveness.ts'

const onLinux = process.platform === 'linux'

/** State and start time of a process, as the kernel tells them. */
function statOf(pid: number): { state: string; processStart: string } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return { state: fields[0] ?? '', processStart: fields[19] ?? '' }
}

describe('the liveness of an owner', () => {
  it('is alive for this very process', () => {
    expect(ownerLiveness(currentOwner())).toBe('alive')
  })

  it('is dead once the process has ended', () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    expect(ownerLiveness({ ...currentOwner(), pid })).toBe('dead')
    expect(ownerLiveness({ ...currentOwner(), pid, processStart: null })).toBe('dead')
  })

  it('is alive for a child that runs, and dead once it was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const pid = child.pid ?? 0
    const owner: Owner = { ...currentOwner(), pid, processStart: onLinux ? statOf(pid).processStart : null }
    expect(ownerLiveness(owner)).toBe('alive')
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(ownerLiveness(owner)).toBe('dead')
  })

  it.runIf(onLinux)('is dead for a zombie, which no parent has waited for', async () => {
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'])
    try {
      const [line] = await once(parent.stdout, 'data')
      const pid = Number(String(line))
      const { processStart } = statOf(pid)
      while (statOf(pid).state !== 'Z') await sleep(10)
      expect(ownerLiveness({ ...currentOwner(), pid, processStart })).toBe('dead')
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it.runIf(onLinux)('is dead when another process has the pid now', () => {
    expect(ownerLiveness({ ...currentOwner(), processStart: '1' })).toBe('dead')
  })

  it('is unknown on another host and in another pid namespace', () => {
    const gone = { ...currentOwner(), pid: 999_999_999 }
    expect(ownerLiveness({ ...gone, host: 'elsewhere' })).toBe('unknown')
    expect(ownerLiveness({ ...gone, pidNamespace: 'pid:[1]' })).toBe('unknown')
  })

  it.runIf(onLinux)('is dead when the host was started anew since', () => {
    expect(ownerLiveness({ ...currentOwner(), bootId: 'an-earlier-boot' })).toBe('dead')
    expect(ownerLiveness({ ...currentOwner(), bootId: null })).toBe('unknown')
  })
})

describe('a claim', () => {
  const now = '2031-01-01T00:00:00.000Z'
  const claim = (changes: Partial<HeldClaim> = {}): HeldClaim => ({
    token: 'secret',
    number: 2,
    expiresAt: '2031-01-01T00:00:00.001Z',
    owner: currentOwner(),
    ...changes,
  })
  const deadOwner = { ...currentOwner(), pid: 999_999_999 }

  it('is live until the millisecond in which it expires', () => {
    expect(claimState(claim(), now)).toBe('live')
    expect(claimState(claim({ expiresAt: now }), now)).toBe('expired')
  })

  it('is dead with its owner, expired or not', () => {
    expect(claimState(claim({ owner: deadOwner }), now)).toBe('dead')
    expect(claimState(claim({ owner: deadOwner, expiresAt: now }), now)).toBe('dead')
  })

  it('is live on another host until it expires', () => {
    const owner = { ...deadOwner, host: 'elsewhere' }
    expect(claimState(claim({ owner }), now)).toBe('live')
    expect(claimState(claim({ owner, expiresAt: now }), now)).toBe('expired')
  })

  it('is shown without its token', () => {
    const held = claim()
    const { token, ...shown } = held
    expect(viewClaim(held, now)).toEqual({ ...shown, state: 'live' })
    expect(viewClaim(null, now)).toBeNull()
  })
})

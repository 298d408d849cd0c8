import { globSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createProject, ion, startIon } from './ion.ts'

const token = 'tok-4f9+71/é'

const project = createProject({
  '.ion/workflows/leaky.yaml': `name: leaky
secrets:
  - API_TOKEN
  - UNSET_TOKEN
  - INPUTS.pass
inputs:
  pass: { required: true }
nodes:
  - { id: leak, bash: 'echo "$API_TOKEN $INPUTS.pass"; printf %s "$API_TOKEN" | base64 >&2' }
  - { id: ask, depends_on: leak, approval: { message: 'Use $leak.output $INPUTS.pass?' } }
`,
  '.ion/workflows/big.yaml': `name: big
nodes:
  - { id: big, bash: "head -c 268435456 /dev/zero | tr '\\\\0' x" }
`,
})

describe('a secret', () => {
  it('is in nothing that ion prints or keeps but the record of its input', async () => {
    const env = { API_TOKEN: token }
    const args = ['run', 'leaky', '--input', 'pass=open sesame', '--id', 'leaky']
    const run = await ion(args, { cwd: project, env })
    expect(run.stderr).toContain(
      'warning[ION1504]: The secret `UNSET_TOKEN` has no value, so there is nothing to mask. (.ion/workflows/leaky.yaml:4:5)',
    )
    const printed = [run.stdout, run.stderr]
    for (const command of [
      ['show', 'leaky'],
      ['show', 'leaky', '--json'],
      ['logs', 'leaky'],
      ['list', '--json'],
    ]) {
      const { stdout, stderr } = await ion(command, { cwd: project, env })
      printed.push(stdout, stderr)
    }
    expect(printed.join('')).toContain('Use *** *** ***?')
    const files = globSync('.ion/runs/**', { cwd: project, withFileTypes: true }).filter((file) =>
      file.isFile(),
    )
    const kept = files.map((file) => readFileSync(`${file.parentPath}/${file.name}`, 'utf8'))
    const base64 = Buffer.from(token).toString('base64')
    for (const secret of [token, base64]) {
      expect(printed.filter((text) => text.includes(secret))).toEqual([])
      expect(kept.filter((text) => text.includes(secret))).toEqual([])
    }
    expect(printed.filter((text) => text.includes('open sesame'))).toEqual([])
    // The file store's record of a run is the first line of its log.
    const holding = kept.flatMap((text) => text.split('\n')).filter((line) => line.includes('open sesame'))
    expect(holding).toEqual([expect.stringContaining('"created":')])
  })
})

describe.skipIf(process.platform !== 'linux')('a node that prints 256 MiB', () => {
  it('fails and names its log, which is complete, with ion below 150 MB', async () => {
    const running = startIon(['run', 'big', '--id', 'big'], { cwd: project })
    let peak = 0
    let over = false
    running.ended.finally(() => {
      over = true
    })
    while (!over) {
      peak = Math.max(peak, peakMemory(running.process.pid))
      await sleep(20)
    }
    const { exitCode, stderr } = await running.ended
    expect(exitCode).toBe(1)
    const log = `${project}/.ion/runs/big/logs/big/attempt-1.log`
    expect(stderr).toContain(`the output has 268435456 bytes, the limit is 16777216; all of it is in ${log}`)
    expect(readFileSync(log).length).toBe(268_435_456)
    expect(peak).toBeGreaterThan(20_000_000)
    expect(peak).toBeLessThan(150_000_000)
  })
})

/** The most memory that a process has had resident, in bytes; 0 when it is gone. */
function peakMemory(pid: number | undefined): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kibibytes ?? 0) * 1024
  } catch {
    return 0
  }
}

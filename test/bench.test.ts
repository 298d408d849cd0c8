import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../bench/src/main.ts', import.meta.url))

function bench(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
}

describe('bench:stores', () => {
  it('prints a row for every scenario on every store that was asked for', () => {
    const { status, stdout, stderr } = bench('--quick', '--store', 'memory,files')
    expect(status, stderr).toBe(0)
    for (const label of ['chain of 100', 'chain of 1,000', 'fan-out of 100', '20 runs × 5, 20 at once']) {
      for (const store of ['memory', 'files']) {
        expect(stdout).toMatch(new RegExp(`^${label} +${store} +\\d`, 'm'))
      }
    }
  })

  it('counts one commit a node in a chain, besides the claim and the first start', () => {
    const { status, stdout, stderr } = bench('--quick', '--store', 'memory', '--scenario', 'chain', '--json')
    expect(status, stderr).toBe(0)
    const { rows } = JSON.parse(stdout)
    expect(rows).toMatchObject([{ scenario: 'chain', commits: { value: 1.02, missed: false } }])
  })

  it('measures the others when a store can not be opened, and says which that was', () => {
    const env = { ...process.env, ION_BENCH_POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/none' }
    const args = ['--quick', '--store', 'memory,postgres', '--scenario', 'chain']
    const { status, stdout } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^chain of 100 +memory/m)
    expect(stdout).toMatch(/^postgres was left out: .*ECONNREFUSED/m)
  })

  it('refuses a store that it does not know, and names those it does', () => {
    const { status, stderr } = bench('--store', 'floppy')
    expect(status).toBe(2)
    expect(stderr).toBe('--store floppy: one of memory, files, sqlite, sqlite-normal, postgres\n')
  })
})

describe('bench:sizes', () => {
  it('prints every way to look, with runs and without', () => {
    const sizes = fileURLToPath(new URL('../bench/src/sizes/main.ts', import.meta.url))
    const small = ['--runs', '5', '--rounds', '1', '--store', 'sqlite']
    const { status, stdout, stderr } = spawnSync(process.execPath, [sizes, ...small], { encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    for (const look of ['ion list', 'page 100 of 100 runs', 'ion show latest', 'ion usage']) {
      expect(stdout).toMatch(new RegExp(`^${look} +sqlite +\\d`, 'm'))
    }
  })
})

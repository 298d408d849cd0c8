import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProject, ion, ionMain } from './ion.ts'

describe('ion init', () => {
  it('makes a workflow that runs, waits, and completes without an AI', async () => {
    const cwd = createProject()
    const made = await ion(['init'], { cwd })
    expect([made.exitCode, made.stdout]).toEqual([0, ''])
    expect(made.stderr).toContain('ion run hello')
    expect(await ion(['run', 'hello', '--input', 'name=Ada'], { cwd })).toMatchObject({ exitCode: 3 })
    expect(await ion(['approve', 'latest'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Hello, Ada!'),
    })
    expect(await ion(['validate', '--strict'], { cwd })).toMatchObject({ exitCode: 0 })
  })

  it('overwrites nothing', async () => {
    const cwd = createProject()
    await ion(['init'], { cwd })
    const file = join(cwd, '.ion/workflows/hello.yaml')
    writeFileSync(file, 'mine')
    const again = await ion(['init'], { cwd })
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('kept')])
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })
})

/** A Node that is too old, if this machine has one. */
function oldNode(): string | null {
  const { stdout } = spawnSync('bash', ['-c', 'type -ap node'], { encoding: 'utf8' })
  for (const path of stdout.split('\n').filter(Boolean)) {
    const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? ''
    if (/^v(1\d|20|21)\./.test(version)) return path
  }
  return null
}

describe('a Node that is too old', () => {
  it('is told what is needed', (context) => {
    const node = oldNode()
    if (node === null) return context.skip('there is no Node below 22 on this machine')
    const { status, stdout, stderr } = spawnSync(node, [ionMain, 'list'], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^ion needs Node 22 or later; this is v\d+\.\d+\.\d+\. Install .*\n$/)
  })
})

describe('help', () => {
  const cwd = createProject()

  it('of a command has examples, however it is asked for', async () => {
    const [one, other] = [await ion(['help', 'run'], { cwd }), await ion(['run', '--help'], { cwd })]
    expect(one).toEqual(other)
    expect(one).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/Examples:\n( {2}ion run .*\n?){2}/),
    })
  })

  it('of ion itself comes without a command, and with one word of asking', async () => {
    const plain = await ion([], { cwd })
    expect(plain).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ion run <workflow>') })
    for (const args of [['help'], ['-h'], ['--help']]) expect(await ion(args, { cwd })).toEqual(plain)
  })

  it('suggests what was meant', async () => {
    expect((await ion(['aprove', 'latest'], { cwd })).stderr).toBe(
      "ion: unknown command 'aprove' (did you mean approve?)\n",
    )
    expect((await ion(['list', '--statsu', 'failed'], { cwd })).stderr).toBe(
      "ion: unknown option '--statsu' (did you mean --status?)\n",
    )
  })
})

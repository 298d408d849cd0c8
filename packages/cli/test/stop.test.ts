import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createProject, ion, isAlive, type Running, startIon } from './ion.ts'
import { workflows } from './workflows.ts'

/** Starts a workflow and waits until its body has processes. */
async function startBody(name: 'slow' | 'stubborn'): Promise<{ cwd: string; run: Running; pids: number[] }> {
  const cwd = createProject(workflows)
  const run = startIon(['run', name], { cwd })
  const file = join(cwd, 'pids.txt')
  while (!existsSync(file)) await sleep(10)
  const pids = readFileSync(file, 'utf8').trim().split(' ').map(Number)
  expect(pids.map(isAlive)).toEqual([true, true])
  return { cwd, run, pids }
}

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s ends all processes of the nodes and leaves the run to be resumed',
    async (signal, exitCode) => {
      const { cwd, run, pids } = await startBody('slow')
      run.process.kill(signal)
      const stopped = await run.ended
      expect(stopped).toMatchObject({ exitCode, stdout: '' })
      expect(stopped.stderr).toContain('waiting for body to end; press Ctrl-C again to kill')
      expect(stopped.stderr).toMatch(/^resume: +ion resume \w{4,8}$/m)
      expect(pids.map(isAlive)).toEqual([false, false])

      expect((await ion(['list', '--status', 'interrupted'], { cwd })).stdout).toContain('slow')
      expect(await ion(['resume', 'latest'], { cwd })).toMatchObject({ exitCode: 0, stdout: 'two\n' })
      expect(readFileSync(join(cwd, 'first.txt'), 'utf8')).toBe('once\n')
    },
  )

  it('is one signal when a wrapper passes on what the terminal has sent already', async () => {
    const { run, pids } = await startBody('slow')
    run.process.kill('SIGINT')
    run.process.kill('SIGINT')
    const stopped = await run.ended
    expect([stopped.exitCode, stopped.stderr]).toEqual([
      130,
      expect.stringMatching(/^ {2}stop +body .*cut short/m),
    ])
    expect(pids.map(isAlive)).toEqual([false, false])
  })

  it('kills at once what does not end, when it comes a second time', async () => {
    const { cwd, run, pids } = await startBody('stubborn')
    run.process.kill('SIGINT')
    await run.wrote('press Ctrl-C again')
    await sleep(150)
    expect(pids.map(isAlive)).toEqual([true, true])
    run.process.kill('SIGINT')
    expect(await run.ended).toMatchObject({ exitCode: 130 })
    while (pids.some(isAlive)) await sleep(10)
    expect(await ion(['resume', 'latest'], { cwd })).toMatchObject({ exitCode: 0, stdout: 'two\n' })
  })
})

describe('a run whose process was killed', () => {
  it('is shown as interrupted at once, and goes on with a resume that first ends what was left', async () => {
    const { cwd, run, pids } = await startBody('slow')
    run.process.kill('SIGKILL')
    await run.ended
    expect((await ion(['list'], { cwd })).stdout).toMatch(/slow +interrupted/)
    expect((await ion(['show', 'latest'], { cwd })).stdout).toMatch(/^resume: +ion resume /m)

    const resumed = await ion(['resume', 'latest'], { cwd })
    expect(resumed).toMatchObject({ exitCode: 0, stdout: 'two\n' })
    expect(resumed.stderr).toContain('kept  first')
    expect(pids.map(isAlive)).toEqual([false, false])
  })
})

describe('ion cancel', () => {
  it('has the process that holds the run end it', async () => {
    const { cwd, run, pids } = await startBody('slow')
    const cancelled = await ion(['cancel', 'latest', '--reason', 'wrong branch'], { cwd })
    expect([cancelled.exitCode, cancelled.stderr]).toEqual([0, expect.stringContaining('is cancelled')])
    const ended = await run.ended
    expect([ended.exitCode, ended.stderr]).toEqual([1, expect.stringContaining('cancelled: wrong branch')])
    expect(pids.map(isAlive)).toEqual([false, false])
  })

  it('ends what a process that is gone has left running', async () => {
    const { cwd, run, pids } = await startBody('slow')
    run.process.kill('SIGKILL')
    await run.ended
    expect(await ion(['cancel', 'latest'], { cwd })).toMatchObject({ exitCode: 0 })
    expect(pids.map(isAlive)).toEqual([false, false])
  })
})

describe('ion resume', () => {
  it('names who holds the run, and leaves it to them', async () => {
    const { cwd, run } = await startBody('slow')
    const { exitCode, stderr } = await ion(['resume', 'latest'], { cwd })
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining(`held by process ${run.process.pid} on `)])
    run.process.kill('SIGINT')
    await run.ended
  })
})

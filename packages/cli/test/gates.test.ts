import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createProject, ion, jsonLines, startIon } from './ion.ts'
import { workflows } from './workflows.ts'

/** A project whose newest run is paused at a gate, with no process alive. */
async function pausedProject(): Promise<string> {
  const cwd = createProject(workflows)
  const { exitCode } = await ion(['run', 'gated'], { cwd })
  expect(exitCode).toBe(3)
  return cwd
}

describe('ion approve, with nothing else alive', () => {
  it('goes on with the run and prints its result', async () => {
    const cwd = await pausedProject()
    const { exitCode, stdout, stderr } = await ion(
      ['approve', 'latest', 'review', '--text', 'ship "it"', '--by', 'ada'],
      { cwd },
    )
    expect([exitCode, stdout]).toEqual([0, 'sent: ship "it"\n'])
    expect(stderr).toContain('approved by ada')
    expect(stderr).toContain('kept  draft')
  })

  it('needs no gate where only one is open', async () => {
    expect(await ion(['approve', 'latest'], { cwd: await pausedProject() })).toMatchObject({ exitCode: 0 })
  })

  it('prints events and an end with --json', async () => {
    const { stdout } = await ion(['approve', 'latest', '--json'], { cwd: await pausedProject() })
    const lines = jsonLines(stdout)
    expect(lines.at(-1)).toMatchObject({ schema: 'ion/run-finished@1', status: 'completed' })
    expect(lines.slice(0, -1).every(({ schema }) => schema === 'ion/event@1')).toBe(true)
  })

  it('only sends the answer with --no-resume; a resume takes it', async () => {
    const cwd = await pausedProject()
    const sent = await ion(['approve', 'latest', '--text', 'yes', '--no-resume', '--json'], { cwd })
    expect(jsonLines(sent.stdout)).toEqual([
      expect.objectContaining({
        schema: 'ion/answer@1',
        heldBy: null,
        gate: expect.objectContaining({ nodeId: 'review' }),
      }),
    ])
    expect(await ion(['resume', 'latest'], { cwd })).toMatchObject({ exitCode: 0, stdout: 'sent: yes\n' })
  })

  it('answers a gate once', async () => {
    const cwd = await pausedProject()
    await ion(['approve', 'latest'], { cwd })
    const again = await ion(['approve', 'latest'], { cwd })
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringMatching(/no gate open/)])
  })

  it('refuses a gate that is not there, naming those that are', async () => {
    const { exitCode, stderr } = await ion(['approve', 'latest', 'rewiev'], { cwd: await pausedProject() })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('open: review')])
  })
})

describe('ion reject, with nothing else alive', () => {
  it('cancels the run', async () => {
    const cwd = await pausedProject()
    const { exitCode, stdout } = await ion(['reject', 'latest', '--reason', 'too long'], { cwd })
    expect([exitCode, stdout]).toEqual([1, ''])
    const shown = await ion(['show', 'latest'], { cwd })
    expect(shown.stdout).toMatch(/^status +cancelled$/m)
    expect(shown.stdout).toContain('too long')
  })
})

describe('a rejection that is reworked', () => {
  const agent = ['--agent-command', 'cat']

  it('leads to the next question, and the last one ends the run', async () => {
    const cwd = createProject(workflows)
    expect(await ion(['run', 'reworked', ...agent], { cwd })).toMatchObject({ exitCode: 3 })
    const first = await ion(['reject', 'latest', '--reason', 'short', '--by', 'ada'], { cwd })
    expect(first.exitCode).toBe(3)
    expect(first.stderr).toContain('rejected: short (by ada); reworked, then asked again')
    expect(first.stderr).toContain('review waits for an answer: Good? now it is short')
    const shown = await ion(['show', 'latest'], { cwd })
    expect(shown.stdout).toContain('review/rework/1')
    expect(await ion(['reject', 'latest'], { cwd })).toMatchObject({ exitCode: 1 })
  })
})

describe('a loop that asks', () => {
  it('is answered by its id, and shows the command that does', async () => {
    const cwd = createProject(workflows)
    const first = await ion(['run', 'talk', '--agent-command', 'cat'], { cwd })
    expect(first.exitCode).toBe(3)
    expect(first.stderr).toContain('talk waits for an answer: heard:  - and now?')
    expect(first.stderr).toMatch(/approve: +.*approve \S+ talk --text '\.\.\.'/)
    const second = await ion(['approve', 'latest', 'talk', '--text', 'enough'], { cwd })
    expect(second.exitCode).toBe(3)
    expect(second.stderr).toContain('talk says it is done, and waits for an answer: heard: enough - and now?')
    expect(second.stderr).toMatch(/approve: +.*approve \S+ talk$/m)
    const last = await ion(['approve', 'latest', 'talk'], { cwd })
    expect([last.exitCode, last.stdout]).toEqual([0, 'heard: enough\n'])
  })
})

describe('an answer to a run that another process holds', () => {
  it('is taken by that process, and sending it is all there is to do', async () => {
    const cwd = createProject(workflows)
    const holder = startIon(['run', 'branches'], { cwd })
    while (!existsSync(join(cwd, 'working'))) await sleep(10)
    await holder.wrote('wait')
    const { exitCode, stderr } = await ion(['approve', 'latest', 'gate'], { cwd })
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`process ${holder.process.pid} on`)])
    await holder.wrote('approved')
    writeFileSync(join(cwd, 'go'), '')
    expect(await holder.ended).toMatchObject({ exitCode: 0, stdout: 'done\n' })
  })
})

describe('a resume of a run that waits', () => {
  it('leaves the gate open', async () => {
    const cwd = await pausedProject()
    expect(await ion(['resume', 'latest'], { cwd })).toMatchObject({ exitCode: 3 })
    expect(await ion(['approve', 'latest'], { cwd })).toMatchObject({ exitCode: 0 })
  })
})

import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProject, type Ended, ion, ionMain, plainEnvironment } from './ion.ts'
import { workflows } from './workflows.ts'

/** Types a command into a shell that knows `ion`, word for word. */
function type(command: string, cwd: string) {
  const bin = join(cwd, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'ion'), `#!/bin/sh\nexec '${process.execPath}' '${ionMain}' "$@"\n`, {
    mode: 0o755,
  })
  const env = plainEnvironment(cwd, { PATH: `${bin}:${process.env.PATH}` })
  return spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' })
}

/** The command that an output suggests under a label. */
function suggested({ stderr, stdout }: Pick<Ended, 'stdout' | 'stderr'>, label: string): string {
  const line = `${stderr}${stdout}`.split('\n').find((text) => text.startsWith(`${label}:`))
  if (line === undefined) throw new Error(`no ${label}: in\n${stderr}${stdout}`)
  return line.slice(label.length + 1).trim()
}

describe('the command that an end suggests', () => {
  it('resumes what failed', async () => {
    const cwd = createProject(workflows)
    const failed = await ion(['run', 'broken-build'], { cwd })
    expect(type(suggested(failed, 'logs'), cwd).stdout).toContain('line 30')
    writeFileSync(join(cwd, 'fixed'), '')
    const resumed = type(suggested(failed, 'resume'), cwd)
    expect([resumed.status, resumed.stdout]).toEqual([0, 'published\n'])
    expect(resumed.stderr).toContain('kept  fetch')
  })

  it('approves a gate', async () => {
    const cwd = createProject(workflows)
    const paused = await ion(['run', 'gated'], { cwd })
    expect(paused.stderr).toContain('Is "a draft" good?')
    const approved = type(suggested(paused, 'approve'), cwd)
    expect([approved.status, approved.stdout]).toEqual([0, 'sent: ...\n'])
  })

  it('rejects a gate', async () => {
    const cwd = createProject(workflows)
    const rejected = type(suggested(await ion(['run', 'gated'], { cwd }), 'reject'), cwd)
    expect(rejected.status).toBe(1)
  })

  it('shows what completed', async () => {
    const cwd = createProject(workflows)
    const shown = type(suggested(await ion(['run', 'greet'], { cwd }), 'details'), cwd)
    expect([shown.status, shown.stdout]).toEqual([0, expect.stringContaining('greet')])
  })

  it('works with a store that was named on the command line, also one that needs quotes', async () => {
    const cwd = createProject(workflows)
    const store = `file:${join(cwd, "the team's runs")}`
    await ion(['--store', store, 'run', 'gated'], { cwd })
    const shown = await ion(['--store', store, 'show', 'latest'], { cwd })
    expect(type(suggested(shown, 'approve'), cwd).status).toBe(0)
  })

  it('works from where the person is, with --cwd', async () => {
    const cwd = createProject({ ...workflows, 'elsewhere/.keep': '' })
    const failed = await ion(['run', 'broken-build', '--cwd', '..'], { cwd: join(cwd, 'elsewhere') })
    expect(type(`cd elsewhere && ${suggested(failed, 'logs')}`, cwd).stdout).toContain('line 30')
  })
})

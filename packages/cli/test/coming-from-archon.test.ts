import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProject, ion, jsonLines } from './ion.ts'

const ship = `name: ship
description: Ships.
tags: [release]
nodes:
  - id: plan
    command: plan
    model: large
  - id: count
    script: count
    runtime: uv
    depends_on: [plan]
`

const files = {
  '.archon/workflows/team/ship.yaml': ship,
  '.archon/commands/defaults/plan.md': 'Plan it.\n',
  '.archon/scripts/count.py': 'print(1 + 1)\n',
}

describe('a project of Archon', () => {
  it('runs by name, with its commands and scripts, from any folder in it', async () => {
    const project = createProject(files)
    const cwd = join(project, 'src/deep')
    mkdirSync(cwd, { recursive: true })
    const { exitCode, stdout } = await ion(['run', 'ship', '--agent', 'echo'], { cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '2\n' })
    const { stdout: text } = await ion(['list', '--workflows'], { cwd: project })
    expect(text).toContain('.archon/workflows/team/ship.yaml')
    const { stdout: runs } = await ion(['list'], { cwd: project })
    expect(runs).toContain('ship')
  })

  it('uses the files of Ion, a kind at a time, as soon as there are any', async () => {
    const cwd = createProject({ ...files, '.ion/scripts/count.py': 'print("three")\n' })
    const { stdout } = await ion(['run', 'ship', '--agent', 'echo'], { cwd })
    expect(stdout).toBe('three\n')
  })

  it('says that a workflow of the user is hidden by one of the project', async () => {
    const cwd = createProject({ ...files, 'home/.archon/workflows/ship.yaml': ship })
    const { stdout } = await ion(['list', '--workflows'], { cwd })
    expect(stdout).toMatch(
      /home\/\.archon\/workflows\/ship\.yaml +\(hidden by \.archon\/workflows\/team\/ship\.yaml\)/,
    )
  })
})

describe('ion validate --archon-keys', () => {
  const composed = `${ship}  - id: rest\n    include: other\n`

  it('says of each key what becomes of it', async () => {
    const cwd = createProject({ ...files, 'composed.yaml': composed })
    const { exitCode, stdout } = await ion(['validate', 'composed.yaml', '--archon-keys'], { cwd })
    expect(exitCode).toBe(2)
    expect(stdout).toMatch(/^composed\.yaml$/m)
    expect(stdout).toMatch(/^ {2}workflow\.tags +3 +ignored +Ion does not group workflows\.$/m)
    expect(stdout).toMatch(/^ {2}node\.id +5, 8, 12 +done/m)
    expect(stdout).toMatch(/^ {2}node\.model +7 +to the agent {2}/m)
    expect(stdout).toMatch(/^ {2}node\.include +13 +not supported +Copy the nodes/m)
  })

  it('says it in JSON', async () => {
    const cwd = createProject({ 'composed.yaml': composed })
    const { stdout } = await ion(['validate', 'composed.yaml', '--archon-keys', '--json'], { cwd })
    expect(jsonLines(stdout)).toMatchObject([
      {
        schema: 'ion/validation@1',
        files: [
          {
            archonKeys: expect.arrayContaining([
              expect.objectContaining({
                level: 'workflow',
                key: 'tags',
                standing: 'ignored',
                positions: [{ line: 3, column: 1 }],
              }),
            ]),
          },
        ],
      },
    ])
  })

  it('leaves them out unless asked', async () => {
    const cwd = createProject(files)
    const { stdout } = await ion(['validate', 'ship'], { cwd })
    expect(stdout).toBe('')
    const { stdout: json } = await ion(['validate', 'ship', '--json'], { cwd })
    expect(json).not.toContain('archonKeys')
  })
})

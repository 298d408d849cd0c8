import { describe, expect, it } from 'vitest'
import { createProject, ion } from './ion.ts'

const workflow = (node: string) => `name: job\nnodes:\n  - id: a\n    ${node.replaceAll('\n', '\n    ')}\n`

const project = (node: string, files: { [path: string]: string } = {}) =>
  createProject({ '.ion/workflows/job.yaml': workflow(node), ...files })

describe('a script at the shell', () => {
  it('runs, from a file of the project', async () => {
    const cwd = project('script: greet\nwith: { who: you }', {
      '.ion/scripts/greet.ts':
        'const who: string = process.env.INPUTS_WHO ?? ""\nconsole.log("hello", who)\n',
    })
    const { exitCode, stderr } = await ion(['run', 'job', '--id', 'r1'], { cwd })
    expect(stderr).toContain('a')
    expect(exitCode).toBe(0)
    const { stdout } = await ion(['logs', 'r1', 'a'], { cwd })
    expect(stdout).toContain('hello you')
  })

  it('that is not there is a warning of validate, and an error of run', async () => {
    const cwd = project('script: greet')
    const checked = await ion(['validate', 'job'], { cwd })
    expect(checked).toMatchObject({ exitCode: 0 })
    expect(checked.stdout + checked.stderr).toContain('ION3004')
    const run = await ion(['run', 'job'], { cwd })
    expect(run).toMatchObject({ exitCode: 2 })
    expect(run.stderr).toContain('there is no script `greet`')
  })

  it('whose name fits two files is an error of both', async () => {
    const cwd = project('script: greet', { '.ion/scripts/greet.ts': '', '.ion/scripts/greet.py': '' })
    const checked = await ion(['validate', 'job'], { cwd })
    expect(checked).toMatchObject({ exitCode: 2 })
    expect(checked.stdout + checked.stderr).toContain('ION3005')
    expect(await ion(['run', 'job'], { cwd })).toMatchObject({ exitCode: 2 })
  })

  it('whose runtime is missing is refused before anything is created', async () => {
    const cwd = project('runtime: uv\nscript: |\n  print(1)')
    const env = { PATH: '/nowhere' }
    const checked = await ion(['validate', 'job'], { cwd, env })
    expect(checked.stdout + checked.stderr).toContain('ION3006')
    const run = await ion(['run', 'job', '--id', 'r1'], { cwd, env })
    expect(run).toMatchObject({ exitCode: 2 })
    expect(run.stderr).toContain('uv or python3')
    expect(await ion(['show', 'r1'], { cwd })).toMatchObject({ exitCode: 4 })
  })
})

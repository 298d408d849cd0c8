import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProject, ion, latestRunId } from './ion.ts'
import { workflows } from './workflows.ts'

const files = {
  ...workflows,
  'broken.yaml': 'name: broken\nnodes:\n  - id: [a\n',
  'wrong-types.yaml': 'name: types\nnodes:\n  - id: 7\n    bash: [1]\n',
  'unknown-key.yaml': 'name: keys\nnodes:\n  - { id: a, promt: hello }\n',
  'cycle.yaml':
    'name: cycle\nnodes:\n  - { id: a, depends_on: [b], bash: x }\n  - { id: b, depends_on: [a], bash: x }\n',
  'empty.yaml': '',
  'commands.yaml': 'name: commands\nnodes:\n  - { id: a, command: review }\n',
  'typed.yaml':
    'name: typed\ninputs:\n  n: { type: number, required: true }\nnodes:\n  - { id: a, bash: echo $INPUTS.n }\n',
  'folder.yaml/.keep': '',
}

describe('ion run refuses, and writes nothing for,', () => {
  it.each<[string, string[], RegExp, number]>([
    ['broken YAML', ['broken.yaml'], /broken\.yaml:\d+:\d+/, 2],
    ['wrong types', ['wrong-types.yaml'], /wrong-types\.yaml:4:\d+/, 2],
    ['an unknown key near a known one', ['unknown-key.yaml'], /`prompt`/, 2],
    ['a cycle', ['cycle.yaml'], /`a` -> `b` -> `a`/, 2],
    ['an empty file', ['empty.yaml'], /empty\.yaml:1:1/, 2],
    ['a folder', ['folder.yaml'], /is a folder/, 4],
    ['a missing file', ['nowhere.yaml'], /there is no file/, 4],
    ['a name near that of a workflow', ['greeet'], /did you mean `greet`/, 4],
    ['a missing command file', ['commands.yaml', '--agent', 'echo'], /no command `review`/, 2],
    ['a missing agent', ['asks'], /--agent-command .*--agent echo/, 2],
    ['an unknown agent', ['asks', '--agent', 'claude'], /no agent "claude"/, 2],
    ['an unknown input', ['greet', '--input', 'hwo=x'], /no input hwo; the workflow declares who/, 2],
    ['a missing input', ['typed.yaml'], /input n is required.*--input/, 2],
    ['an input of another type', ['typed.yaml', '--input', 'n=many'], /n must be of type number/, 2],
    ['an input without a value', ['greet', '--input', 'who'], /not name=value/, 2],
    ['an input from a missing file', ['greet', '--input', 'who=@gone.txt'], /gone\.txt/, 2],
    ['an id that can not be one', ['greet', '--id', '../x'], /can't be a run id/, 2],
    ['a count that is none', ['greet', '--max-parallel', 'many'], /whole number/, 2],
  ])('%s', async (_case, args, message, exitCode) => {
    const cwd = createProject(files)
    const before = readdirSync(join(cwd, '.ion'))
    const { stdout, stderr, ...ended } = await ion(['run', ...args], { cwd })
    expect(stderr).toMatch(message)
    expect([ended.exitCode, stdout]).toEqual([exitCode, ''])
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^ion: /)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(readdirSync(join(cwd, '.ion'))).toEqual(before)
  })

  it('everything in a folder where nothing is, saying what makes a first workflow', async () => {
    const cwd = createProject()
    const { exitCode, stderr } = await ion(['run', 'hello'], { cwd })
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('ion init')])
    expect(existsSync(join(cwd, '.ion'))).toBe(false)
  })

  it('an id that a run of other content has already', async () => {
    const cwd = createProject(files)
    await ion(['run', 'greet', '--id', 'mine'], { cwd })
    const { exitCode, stderr } = await ion(['run', 'greet', 'again', '--id', 'mine'], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('ion show mine')])
  })
})

describe('ion resume of', () => {
  it('a completed run has nothing to do', async () => {
    const cwd = createProject(files)
    await ion(['run', 'greet'], { cwd })
    const before = readFileSync(join(cwd, '.ion/runs', await latestRunId(cwd), 'events.jsonl'), 'utf8')
    const { exitCode, stderr } = await ion(['resume', 'latest'], { cwd })
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('nothing to do')])
    expect(readFileSync(join(cwd, '.ion/runs', await latestRunId(cwd), 'events.jsonl'), 'utf8')).toBe(before)
  })

  it('a cancelled run is refused', async () => {
    const cwd = createProject(files)
    await ion(['run', 'stops'], { cwd })
    const { exitCode, stderr } = await ion(['resume', 'latest'], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('was cancelled')])
  })

  it('a run whose log is damaged in the middle names the place', async () => {
    const cwd = createProject(files)
    await ion(['run', 'broken-build'], { cwd })
    const id = await latestRunId(cwd)
    const log = join(cwd, '.ion/runs', id, 'events.jsonl')
    const lines = readFileSync(log, 'utf8').split('\n')
    lines[2] = lines[2]?.replace('"', '!') ?? ''
    writeFileSync(log, lines.join('\n'))
    for (const command of ['resume', 'show', 'logs', 'cancel']) {
      const { exitCode, stderr } = await ion([command, id], { cwd })
      expect([command, exitCode, stderr]).toEqual([command, 5, expect.stringMatching(/events\.jsonl:3/)])
    }
    expect(readFileSync(log, 'utf8')).toBe(lines.join('\n'))
    expect((await ion(['list'], { cwd })).exitCode).toBe(0)
  })
})

describe('a store that', () => {
  it('lies in a file that is no folder is unavailable', async () => {
    const cwd = createProject({ ...files, occupied: '' })
    const { exitCode, stderr } = await ion(['run', 'greet', '--store', 'file:occupied'], { cwd })
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('occupied')])
  })

  it.skipIf(process.getuid?.() === 0)('lies in a folder that can not be written is unavailable', async () => {
    const cwd = createProject({ ...files, 'locked/.keep': '' })
    chmodSync(join(cwd, 'locked'), 0o555)
    const { exitCode, stderr } = await ion(['run', 'greet', '--store', 'file:locked'], { cwd })
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('locked')])
  })

  it('has no package says what to install', async () => {
    const { exitCode, stderr } = await ion(['list', '--store', 'acme:x'], { cwd: createProject(files) })
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('npm install @ion/store-acme')])
  })

  it('is no URL is wrong usage', async () => {
    const { exitCode, stderr } = await ion(['list', '--store', 'runs'], { cwd: createProject(files) })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no store URL')])
  })
})

describe('an unexpected error', () => {
  it('shows where it came from only when asked', async () => {
    const cwd = createProject(files)
    const quiet = await ion(['show', 'zzzz'], { cwd })
    const debug = await ion(['show', 'zzzz'], { cwd, env: { ION_DEBUG: '1' } })
    expect([/^ +at /m.test(quiet.stderr), /^ +at /m.test(debug.stderr)]).toEqual([false, true])
  })
})

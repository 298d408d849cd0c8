import { describe, expect, it } from 'vitest'
import { createProject, ion, jsonLines, latestRunId } from './ion.ts'
import { workflows } from './workflows.ts'

describe('a run', () => {
  it('is meant by its id, a unique beginning of it, or latest', async () => {
    const cwd = createProject(workflows)
    for (const id of ['aaaa1111', 'aaaa2222', 'bbbb3333']) await ion(['run', 'greet', '--id', id], { cwd })
    const meant = async (reference: string) => {
      const { exitCode, stdout, stderr } = await ion(['show', reference, '--json'], { cwd })
      return exitCode === 0 ? jsonLines(stdout)[0]?.id : `${exitCode} ${stdout}${stderr}`
    }
    expect(await meant('aaaa1111')).toBe('aaaa1111')
    expect(await meant('bbbb')).toBe('bbbb3333')
    expect(await meant('latest')).toBe('bbbb3333')
    expect(await meant('aaaa')).toMatch(/^2 .*aaaa[12]{4} \(greet\), aaaa[12]{4} \(greet\)/)
    expect((await ion(['list'], { cwd })).stdout).toMatch(/^bbbb +greet.*\naaaa2 +greet.*\naaaa1 /m)
  })

  it('keeps its agent, so that a resume needs no options', async () => {
    const cwd = createProject({
      ...workflows,
      '.ion/workflows/gated-question.yaml': `name: gated-question
nodes:
  - { id: gate, approval: { message: go? } }
  - { id: question, depends_on: [gate], prompt: 'what is $ARGUMENTS?' }
`,
    })
    await ion(['run', 'gated-question', 'love', '--agent-command', 'tr a-z A-Z'], { cwd })
    expect((await ion(['show', 'latest'], { cwd })).stdout).toMatch(/^agent +tr a-z A-Z$/m)
    expect(await ion(['approve', 'latest'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'WHAT IS LOVE?\n',
    })
  })

  it('may be gone on with by another agent', async () => {
    const cwd = createProject(workflows)
    const failed = await ion(['run', 'asks', 'love', '--agent-command', 'exit 2'], { cwd })
    expect(failed.exitCode).toBe(1)
    expect(await ion(['resume', 'latest', '--agent', 'echo'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'What is love?\n',
    })
  })

  it('can come from standard input', async () => {
    const cwd = createProject()
    const input = 'name: piped\nnodes:\n  - { id: a, bash: echo from a pipe }\n'
    expect(await ion(['run', '-'], { cwd, input })).toMatchObject({ exitCode: 0, stdout: 'from a pipe\n' })
  })

  it('is found from a folder below the project', async () => {
    const cwd = createProject({ ...workflows, 'deep/down/.keep': '' })
    await ion(['run', 'greet'], { cwd })
    expect((await ion(['list'], { cwd: `${cwd}/deep/down` })).stdout).toContain('greet')
  })
})

describe('ion list', () => {
  it('filters and limits', async () => {
    const cwd = createProject(workflows)
    for (const name of ['greet', 'broken-build', 'greet']) await ion(['run', name], { cwd })
    const listed = async (...args: string[]) => {
      const [list] = jsonLines((await ion(['list', '--json', ...args], { cwd })).stdout)
      return list
    }
    expect(await listed('--status', 'failed')).toMatchObject({
      runs: [{ workflowName: 'broken-build' }],
      more: false,
    })
    expect(await listed('--workflow', 'greet')).toMatchObject({
      runs: [{ status: 'completed' }, { status: 'completed' }],
    })
    expect(await listed('--limit', '1')).toMatchObject({ runs: [{ workflowName: 'greet' }], more: true })
    expect((await listed('--limit', '1', '--all'))?.runs).toHaveLength(3)
  })

  it('prints no data where there is none', async () => {
    const { exitCode, stdout, stderr } = await ion(['list'], { cwd: createProject() })
    expect([exitCode, stdout, stderr]).toEqual([0, '', expect.stringContaining('no runs yet')])
  })

  it('shows what can be run, and what is wrong with the rest', async () => {
    const cwd = createProject({ ...workflows, '.ion/workflows/odd.yaml': 'name: odd\nnodes: 7\n' })
    const { stdout } = await ion(['list', '--workflows'], { cwd })
    expect(stdout).toMatch(/^greet +yaml +\.ion\/workflows\/greet\.yaml$/m)
    expect(stdout).toMatch(/^odd .*an error; see ion validate/m)
  })
})

describe('ion logs', () => {
  it('prints what a node printed, as it is', async () => {
    const cwd = createProject(workflows)
    await ion(['run', 'broken-build'], { cwd })
    const { stdout } = await ion(['logs', 'latest', 'build'], { cwd })
    expect(stdout.split('\n').slice(0, 2)).toEqual(['line 1', 'line 2'])
  })

  it('puts the node before each line where none is named', async () => {
    const cwd = createProject(workflows)
    await ion(['run', 'broken-build'], { cwd })
    const { stdout } = await ion(['logs', 'latest'], { cwd })
    expect(stdout).toMatch(/^fetch \| fetched\nbuild \| line 1\n/)
  })

  it('has all attempts, or one', async () => {
    const cwd = createProject(workflows)
    await ion(['run', '-'], {
      cwd,
      input: `name: tries
nodes:
  - id: a
    retry: { max_attempts: 1, delay_ms: 1, on_error: all }
    bash: if [ -e tried ]; then echo second; else touch tried; echo first; exit 1; fi
`,
    })
    expect((await ion(['logs', 'latest', 'a'], { cwd })).stdout).toBe('first\nsecond\n')
    expect((await ion(['logs', 'latest', 'a', '--attempt', '2'], { cwd })).stdout).toBe('second\n')
    expect(await ion(['logs', 'latest', 'a', '--attempt', '3'], { cwd })).toMatchObject({ exitCode: 4 })
  })

  it('knows no node that the run has not', async () => {
    const cwd = createProject(workflows)
    await ion(['run', 'greet'], { cwd })
    const { exitCode, stderr } = await ion(['logs', 'latest', 'nope'], { cwd })
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('text, loud')])
  })
})

describe('ion validate', () => {
  it('says all that is wrong with a file at once, each with its place', async () => {
    const cwd = createProject({
      'bad.yaml': 'name: bad\nnodes:\n  - { id: a, depends_on: [x], bash: echo }\n  - { id: a, promt: hi }\n',
    })
    const { exitCode, stdout, stderr } = await ion(['validate', 'bad.yaml'], { cwd })
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr.match(/ --> bad\.yaml:\d+:\d+/g)?.length).toBeGreaterThanOrEqual(3)
  })

  it('checks everything that can be found where nothing is named', async () => {
    const cwd = createProject(workflows)
    expect(await ion(['validate'], { cwd })).toMatchObject({
      exitCode: 0,
      stderr: `${Object.keys(workflows).length} workflows valid\n`,
    })
  })

  it('warns of a missing command file, and takes that for an error with --strict', async () => {
    const cwd = createProject({ 'c.yaml': 'name: c\nnodes:\n  - { id: a, command: review }\n' })
    const lax = await ion(['validate', 'c.yaml'], { cwd })
    expect([lax.exitCode, lax.stderr]).toEqual([0, expect.stringContaining('warning[ION3001]')])
    expect(await ion(['validate', 'c.yaml', '--strict'], { cwd })).toMatchObject({ exitCode: 2 })
  })

  it('checks the text of a command file as its run would', async () => {
    const cwd = createProject({
      'c.yaml': 'name: c\nnodes:\n  - { id: a, command: review }\n',
      '.ion/commands/review.md': 'Review this.\nMind $nobody.output here.\n',
    })
    const { exitCode, stderr } = await ion(['validate', 'c.yaml'], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('.ion/commands/review.md:2:6')])
    expect(await ion(['run', 'c.yaml', '--agent', 'echo'], { cwd })).toMatchObject({ exitCode: 2 })
  })
})

describe('ion show', () => {
  it('says how the run and each of its nodes stand', async () => {
    const cwd = createProject(workflows)
    await ion(['run', 'broken-build', 'please'], { cwd })
    const { stdout } = await ion(['show', 'latest'], { cwd })
    const id = await latestRunId(cwd)
    expect(stdout).toMatch(new RegExp(`^run +${id}$`, 'm'))
    expect(stdout).toMatch(/^status +failed$/m)
    expect(stdout).toMatch(/^message +please$/m)
    expect(stdout).toMatch(/^ {2}ok +fetch .*\n {2}FAIL +build .*\n {2}skip +publish +upstream build failed/m)
    expect(stdout).toContain(`.ion/runs/${id}/logs`)
  })
})

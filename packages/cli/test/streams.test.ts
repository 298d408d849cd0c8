import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createProject, ion, ionMain, jsonLines, plainEnvironment } from './ion.ts'
import { workflows } from './workflows.ts'

const project = createProject(workflows)

function shell(script: string) {
  const env = plainEnvironment(project, { ION: `${process.execPath} ${ionMain}` })
  return spawnSync('bash', ['-c', `set -o pipefail; ${script}`], { cwd: project, env, encoding: 'utf8' })
}

describe('a run', () => {
  it('prints its result on stdout and nothing else there', async () => {
    const { stdout } = await ion(['run', 'greet', '--input', 'who=Ada', 'and', 'you'], { cwd: project })
    expect(stdout).toBe('hello Ada and you!\n')
  })

  it('tells on stderr how each node goes, in plain lines', async () => {
    const { stderr } = await ion(['run', 'greet'], { cwd: project })
    expect(stderr).toMatch(
      /^run \w{4,8} {2}greet\n {2}start text\n {2}ok {4}text .*\n {2}start loud\n {2}ok {4}loud /,
    )
    expect(stderr).toMatch(/^2 completed in \d/m)
    expect(stderr).not.toContain('\x1b')
  })

  it('is coloured only where that is wanted', async () => {
    const colored = await ion(['run', 'greet'], { cwd: project, env: { FORCE_COLOR: '1' } })
    const plain = await ion(['run', 'greet', '--no-color'], { cwd: project, env: { FORCE_COLOR: '1' } })
    expect([colored.stderr.includes('\x1b'), plain.stderr.includes('\x1b')]).toEqual([true, false])
  })

  it('prints nothing on stdout when it does not complete', async () => {
    for (const name of ['broken-build', 'gated', 'stops']) {
      expect((await ion(['run', name], { cwd: project })).stdout).toBe('')
    }
  })

  it('shows the end of what a failed node printed, where it is defined, and why others were skipped', async () => {
    const { stderr } = await ion(['run', 'broken-build'], { cwd: project })
    expect(stderr).toContain('upstream build failed (all_success)')
    expect(stderr).toContain('build log (last 20 lines)\n  line 11\n')
    expect(stderr).not.toContain('  line 10\n')
    expect(stderr).toContain('defined at .ion/workflows/broken-build.yaml:4\n')
    expect(stderr).toContain('1 completed, 1 failed, 1 skipped in ')
  })

  it('says one line with --quiet', async () => {
    const { stdout, stderr } = await ion(['--quiet', 'run', 'greet'], { cwd: project })
    expect(stdout).toBe('hello world !\n')
    expect(stderr).toMatch(/^run \w+ completed: 2 completed in \S+\n$/)
  })
})

describe('--json', () => {
  it('prints the events of a run, a line each, and how it ended', async () => {
    const { stdout, stderr } = await ion(['run', 'greet', '--json'], { cwd: project })
    const lines = jsonLines(stdout)
    expect(lines.slice(0, -1).map(({ schema, type, sequence }) => [schema, type, sequence])).toEqual([
      ['ion/event@1', 'workflow_started', 1],
      ['ion/event@1', 'node_started', 2],
      ['ion/event@1', 'node_completed', 3],
      ['ion/event@1', 'node_started', 4],
      ['ion/event@1', 'node_completed', 5],
      ['ion/event@1', 'workflow_completed', 6],
    ])
    expect(lines.at(-1)).toMatchObject({
      schema: 'ion/run-finished@1',
      status: 'completed',
      exitCode: 0,
      result: 'hello world !',
      outputs: { text: 'hello world ', loud: 'hello world !' },
      nodes: { completed: 2 },
    })
    expect(stderr).toBe('')
  })

  it('names the commands that answer a gate', async () => {
    const { stdout } = await ion(['run', 'gated', '--json'], { cwd: project })
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      status: 'paused',
      exitCode: 3,
      gates: [
        { nodeId: 'review', message: 'Is "a draft" good?', approve: expect.stringMatching(/^ion approve /) },
      ],
    })
  })

  it.each<[string, string[]]>([
    ['ion/run-list@1', ['list']],
    ['ion/workflow-list@1', ['list', '--workflows']],
    ['ion/run@1', ['show', 'latest']],
    ['ion/logs@1', ['logs', 'latest']],
    ['ion/validation@1', ['validate']],
    ['ion/init@1', ['init', '--cwd', createProject()]],
    ['ion/exit-codes@1', ['help', 'exit-codes']],
    ['ion/error@1', ['show', 'zzzzzzzz']],
    ['ion/error@1', ['run', 'greet', '--bogus']],
    ['ion/error@1', ['run', 'asks']],
  ])('prints one %s for %j, before the command and after it', async (schema, args) => {
    for (const given of [
      ['--json', ...args],
      [...args, '--json'],
    ]) {
      const { stdout, stderr } = await ion(given, { cwd: project })
      expect(jsonLines(stdout)).toEqual([expect.objectContaining({ schema })])
      expect(stderr).toBe('')
    }
  })

  it('gives the diagnostics of a workflow that can not be run', async () => {
    const { stdout } = await ion(['run', '-', '--json'], { cwd: project, input: 'name: x\nnodes: 7\n' })
    expect(jsonLines(stdout)).toEqual([
      {
        schema: 'ion/error@1',
        exitCode: 2,
        error: expect.objectContaining({
          code: 'invalid_workflow',
          diagnostics: [expect.objectContaining({ severity: 'error', range: expect.anything() })],
        }),
      },
    ])
  })
})

describe('a reader that goes away', () => {
  it('is no error', async () => {
    await ion(['run', 'broken-build'], { cwd: project })
    for (const args of ['list', 'logs latest', 'logs latest build', 'show latest', 'help run']) {
      const { stderr } = shell(`$ION ${args} | true`)
      expect(stderr).toBe('')
    }
  })

  it('does not keep a run from its end', () => {
    const { stderr } = shell('$ION run greet --json | head -n 1 > /dev/null; $ION show latest | grep ^status')
    expect(stderr).toBe('')
  })
})

describe.skipIf(process.platform !== 'linux')('data that can not be written', () => {
  it('is a failure', () => {
    const { status, stderr } = shell('$ION run greet > /dev/full')
    expect(status).toBe(1)
    expect(stderr).toContain("ion: the output can't be written: ENOSPC")
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createProject, ion, jsonLines, startIon } from './ion.ts'
import { workflows } from './workflows.ts'

const slow = `name: slow
nodes:
  - id: first
    bash: |
      echo began
      until [ -e go ]; do sleep 0.02; done
      echo ended
  - { id: never, depends_on: [first], when: "$first.output == 'b'", bash: echo }
  - { id: last, depends_on: [first], bash: printf unended }
`

let cwd = ''

beforeAll(async () => {
  cwd = createProject(workflows)
  await ion(['run', 'broken-build', '--id', 'r1'], { cwd })
})

describe('ion logs with --entries', () => {
  it('prints what was noted: when, how much it matters, which node, and what', async () => {
    const { exitCode, stdout } = await ion(['logs', 'r1', '--entries'], { cwd })
    const [failed = '', skipped = '', ended = ''] = stdout.split('\n')
    expect(exitCode).toBe(0)
    expect(failed).toMatch(/^20\d\d-\d\d-\d\dT[\d:.]{12}Z error build: failed: .* \{"code":.*\}$/)
    expect(skipped).toMatch(/ info {2}publish: skipped: build failed \(all_success\) /)
    expect(ended).toMatch(/ error the run failed: build: /)
  })

  it('finds by level, node and time, each of which means entries', async () => {
    const found = async (...args: string[]) => (await ion(['logs', 'r1', ...args], { cwd })).stdout
    expect(await found('publish', '--level', 'debug', '--since', '1h')).toMatch(/^\S+ info .*skipped.*\n$/)
    expect(await found('--node', 'publish', '--level', 'warn')).toBe('')
    expect(await found('--since', '2999-01-01')).toBe('')
  })

  it('refuses a level that there is not, and two nodes', async () => {
    const wrong = await ion(['logs', 'r1', '--level', 'fatal'], { cwd })
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('debug, info, warn, error')])
    expect(await ion(['logs', 'r1', 'build', '--node', 'fetch'], { cwd })).toMatchObject({ exitCode: 2 })
  })
})

it('a log that can not be written costs a run no more than a warning', async () => {
  const input =
    'name: spoilt\nnodes:\n  - { id: a, allow_failure: true, bash: mkdir "$ARTIFACTS_DIR/../log-entries.jsonl"; exit 3 }\n' +
    '  - { id: b, depends_on: [a], bash: echo done }\n'
  const { exitCode, stdout, stderr } = await ion(['run', '-'], { cwd: createProject(), input })
  expect([exitCode, stdout]).toEqual([0, 'done\n'])
  expect(stderr.match(/^warning: the log of the run could not be written/gm)).toHaveLength(1)
})

it('ion logs --json has both what was printed and what was noted', async () => {
  const [both] = jsonLines((await ion(['logs', 'r1', '--json'], { cwd })).stdout)
  expect(both).toMatchObject({
    schema: 'ion/logs@1',
    logs: [{ path: 'fetch', text: 'fetched\n' }, { path: 'build' }],
    entries: [{ level: 'error', nodeId: 'build', attempt: 1 }, { level: 'info' }, { level: 'error' }],
  })
  const [noted] = jsonLines((await ion(['logs', 'r1', '--json', '--level', 'error'], { cwd })).stdout)
  expect(noted).toMatchObject({ logs: [], entries: [{ nodeId: 'build' }, { level: 'error' }] })
})

it('ion logs --follow shows what is printed, and what is noted, until the run has ended', async () => {
  const project = createProject({ '.ion/workflows/slow.yaml': slow })
  const run = startIon(['run', 'slow', '--id', 's1'], { cwd: project })
  await run.wrote('start first')
  const printed = startIon(['logs', 's1', '--follow'], { cwd: project })
  const noted = startIon(['logs', 's1', '--follow', '--entries', '--json'], { cwd: project })
  await printed.wrote('began')
  writeFileSync(join(project, 'go'), '')
  const [shown, entries] = [await printed.ended, await noted.ended]
  await run.ended
  expect(shown).toMatchObject({
    exitCode: 0,
    stdout: 'first | began\nfirst | ended\nlast | unended\n',
  })
  expect(jsonLines(entries.stdout)).toMatchObject([
    { schema: 'ion/log-entry@1', runId: 's1', level: 'info', nodeId: 'never' },
  ])
})

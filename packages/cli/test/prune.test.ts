import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createProject, ion, ionMain, jsonLines, plainEnvironment, startIon } from './ion.ts'
import { workflows } from './workflows.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const stores = [
  ['files', 'file:.ion/runs'],
  ['SQLite', 'sqlite:ion.db'],
]

// What the two stores promise is the same, and tried elsewhere: the short form leaves one out.
describe.each(process.env.ION_LONG ? stores : stores.slice(0, 1))('ion prune (%s)', (_name, store) => {
  let cwd = ''
  const kept = createProject()
  // A project with runs: g1 to g3 completed, f1 failed, p1 waits, s1 cancelled.
  beforeAll(async () => {
    cwd = createProject({ ...workflows, '.ion/config.yaml': `store: ${store}\n` })
    mkdirSync(join(cwd, 'node_modules/@ion'), { recursive: true })
    symlinkSync(join(root, 'packages/store-sqlite'), join(cwd, 'node_modules/@ion/store-sqlite'))
    for (const id of ['g1', 'g2', 'g3']) await ion(['run', 'greet', '--id', id], { cwd })
    await ion(['run', 'broken-build', '--id', 'f1'], { cwd })
    await ion(['run', 'gated', '--id', 'p1'], { cwd })
    await ion(['run', 'stops', '--id', 's1'], { cwd })
    cpSync(cwd, kept, { recursive: true })
  })
  // In its place: runs know where their folders are.
  beforeEach(() => {
    rmSync(cwd, { recursive: true })
    cpSync(kept, cwd, { recursive: true })
  })
  /** The runs that are there, and those that have a folder. */
  async function whatIsThere() {
    const [list] = jsonLines((await ion(['list', '--all', '--json'], { cwd })).stdout)
    const runs: { id: string }[] = Array.isArray(list?.runs) ? list.runs : []
    const folders = readdirSync(join(cwd, '.ion/runs')).filter((name) => !name.startsWith('.'))
    return { runs: runs.map(({ id }) => id).sort(), folders: folders.sort() }
  }
  const both = (ids: string[]) => ({ runs: ids, folders: ids })

  it('deletes what it lists with --dry-run, with the folders, and says what stays', async () => {
    // The runs are to be older than what is asked for.
    await sleep(1_000)
    const args = ['prune', '--older-than', '1s', '--keep', '1']
    const dry = await ion([...args, '--dry-run'], { cwd })
    expect([dry.exitCode, dry.stdout.match(/^\S+/gm)]).toEqual([0, ['g2', 'g1']])
    expect(await whatIsThere()).toEqual(both(['f1', 'g1', 'g2', 'g3', 'p1', 's1']))
    const { exitCode, stdout, stderr } = await ion([...args, '--yes'], { cwd })
    expect([exitCode, stdout.match(/^\S+/gm)?.sort()]).toEqual([0, ['g1', 'g2']])
    expect(stdout).toMatch(/^g1 {2}greet {2}completed {2}\d+\w ago$/m)
    expect(stderr).toMatch(/^deleted 2 runs\nkept {2}2 {2}not ended, .*\nkept {2}2 {2}among the newest/)
    expect(await whatIsThere()).toEqual(both(['f1', 'g3', 'p1', 's1']))
  })

  it('deletes failed runs when they are named', async () => {
    const args = ['prune', '--status', 'failed,cancelled', '--yes', '--json']
    const { exitCode, stdout, stderr } = await ion(args, { cwd })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(jsonLines(stdout)).toEqual([
      expect.objectContaining({ schema: 'ion/pruned-run@1', runId: expect.any(String) }),
      expect.objectContaining({ schema: 'ion/pruned-run@1', workflowName: expect.any(String) }),
      expect.objectContaining({ schema: 'ion/prune@1', dryRun: false, deleted: 2, interrupted: false }),
    ])
    expect(await whatIsThere()).toEqual(both(['g1', 'g2', 'g3', 'p1']))
  })

  it('leaves a run at work alone, and a failed one that is resumed', async () => {
    const running = startIon(['run', 'branches', '--id', 'b1'], { cwd })
    await running.wrote('start work')
    await ion(['prune', '--status', 'completed,failed,cancelled', '--yes'], { cwd })
    expect(await whatIsThere()).toEqual(both(['b1', 'p1']))
    running.process.kill('SIGTERM')
    await running.ended
    await ion(['prune', '--status', 'completed,failed,cancelled', '--yes'], { cwd })
    expect(await whatIsThere()).toEqual(both(['b1', 'p1']))
  })
})

describe('ion prune refuses', () => {
  it.each([
    ['no condition', ['--yes'], /no condition/],
    ['a status of runs that can go on', ['--status', 'paused', '--yes'], /completed, cancelled, failed/],
    ['an age without a unit', ['--older-than', '30', '--yes'], /such as 30d/],
    ['deleting where nobody can be asked', ['--keep', '1'], /--yes/],
    ['asking where data is wanted', ['--keep', '1', '--json'], /^$/],
  ])('%s', async (_what, args, message) => {
    const cwd = createProject(workflows)
    await ion(['run', 'greet', '--id', 'r'], { cwd })
    const { exitCode, stderr } = await ion(['prune', ...args], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)])
    expect(existsSync(join(cwd, '.ion/runs/r'))).toBe(true)
  })
})

describe('ion prune at a terminal', () => {
  /** Types into a terminal in which `ion` runs. */
  function typeAt(cwd: string, typed: string) {
    const command = `'${process.execPath}' '${ionMain}' prune --status completed`
    const options = { cwd, input: typed, env: plainEnvironment(cwd), encoding: 'utf8' } as const
    const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], options)
    return { status, shown: stdout }
  }
  const hasTerminals = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux')

  it.skipIf(!hasTerminals)('asks, and deletes only after a yes', async () => {
    const cwd = createProject(workflows)
    for (const id of ['r1', 'r2']) await ion(['run', 'greet', '--id', id], { cwd })
    for (const no of ['n\n', '\n', 'maybe\n', '\x04']) {
      const { status, shown } = typeAt(cwd, no)
      expect([status, shown]).toEqual([1, expect.stringContaining('delete 2 runs for good? [y/N]')])
      expect(existsSync(join(cwd, '.ion/runs/r1'))).toBe(true)
    }
    expect(typeAt(cwd, 'y\n')).toMatchObject({ status: 0, shown: expect.stringContaining('deleted 2 runs') })
    expect(existsSync(join(cwd, '.ion/runs/r1'))).toBe(false)
    expect(typeAt(cwd, '')).toMatchObject({ status: 0, shown: expect.not.stringContaining('[y/N]') })
  })
})

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createProject, ion, jsonLines, startIon } from './ion.ts'
import { workflows } from './workflows.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const counted = {
  '.ion/workflows/counted.yaml': `name: counted
inputs:
  who: { default: world }
nodes:
  - { id: a, bash: 'echo once >> ran.txt; echo "hello $INPUTS.who $ARGUMENTS"' }
`,
  '.ion/workflows/waits.yaml': `name: waits
nodes:
  - { id: a, bash: 'echo once >> ran.txt; until [ -e go ]; do sleep 0.05; done; echo done' }
`,
}

const stores = [
  ['SQLite', 'sqlite:ion.db'],
  ['files', 'file:.ion/runs'],
]

// What the two stores promise is the same, and tried elsewhere: the short form leaves one out.
describe.each(process.env.ION_LONG ? stores : stores.slice(0, 1))(
  'ion run under the same name (%s)',
  (_name, store) => {
    /** A project that has installed the store. */
    function createStoreProject(): string {
      const cwd = createProject({ ...workflows, ...counted, '.ion/config.yaml': `store: ${store}\n` })
      mkdirSync(join(cwd, 'node_modules/@ion'), { recursive: true })
      symlinkSync(join(root, 'packages/store-sqlite'), join(cwd, 'node_modules/@ion/store-sqlite'))
      return cwd
    }
    const timesRun = (cwd: string) => readFileSync(join(cwd, 'ran.txt'), 'utf8').split('once').length - 1
    const key = ['--idempotency-key', 'k']

    it.each([
      ['a key', key],
      ['an id', ['--id', 'mine']],
      ['both', [...key, '--id', 'mine']],
    ])('runs once with %s, and gives the result again', async (_what, name) => {
      const cwd = createStoreProject()
      const args = ['run', 'counted', ...name, '--input', 'who=Ada', 'and', 'you']
      const first = await ion(args, { cwd })
      const again = await ion(args, { cwd })
      expect([first.exitCode, first.stdout]).toEqual([0, 'hello Ada and you\n'])
      expect([again.exitCode, again.stdout, timesRun(cwd)]).toEqual([0, first.stdout, 1])
      expect(again.stderr).toMatch(/^run \w+ was started before\nrun \w+ is completed/)
      const [told] = jsonLines((await ion([...args, '--json'], { cwd })).stdout)
      expect(told).toMatchObject({ schema: 'ion/run-finished@1', executed: false, status: 'completed' })
    })

    it('is the same run from another folder, with another agent', async () => {
      const cwd = createStoreProject()
      mkdirSync(join(cwd, 'below'))
      await ion(['run', 'counted', ...key], { cwd })
      const again = await ion(['run', 'counted', ...key, '--agent', 'echo', '--max-parallel', '2'], {
        cwd: join(cwd, 'below'),
        env: { ION_BASE_BRANCH: 'other' },
      })
      expect([again.exitCode, again.stdout, timesRun(cwd)]).toEqual([0, 'hello world \n', 1])
      expect(existsSync(join(cwd, 'below/ran.txt'))).toBe(false)
    })

    it.each([
      ['inputs', ['counted', '--input', 'who=hunter22'], 'another value of the input who'],
      ['words', ['counted', 'now'], 'other arguments'],
      ['workflows', ['greet'], 'the workflow counted'],
    ])('is refused for other %s, naming the run', async (_what, args, difference) => {
      const cwd = createStoreProject()
      for (const name of [key, ['--id', 'mine']]) {
        await ion(['run', 'counted', ...name], { cwd })
        const [run] = jsonLines((await ion(['show', 'latest', '--json'], { cwd })).stdout)
        const { exitCode, stdout, stderr } = await ion(['run', ...args, ...name], { cwd })
        expect([exitCode, stdout]).toEqual([2, ''])
        expect(stderr).toContain(difference)
        expect(stderr).toContain(`ion show ${String(run?.id)}`)
        expect(stderr).not.toContain('hunter22')
      }
      const [list] = jsonLines((await ion(['list', '--json'], { cwd })).stdout)
      expect(list?.runs).toHaveLength(2)
    })

    it('is refused once the workflow was edited', async () => {
      const cwd = createStoreProject()
      await ion(['run', 'counted', ...key], { cwd })
      const file = join(cwd, '.ion/workflows/counted.yaml')
      writeFileSync(file, readFileSync(file, 'utf8').replace('hello', 'bye'))
      const { exitCode, stderr } = await ion(['run', 'counted', ...key], { cwd })
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('another text of the workflow')])
    })

    it('executes it once where two ask at the same time, and tells the other', async () => {
      const cwd = createStoreProject()
      const both = [1, 2].map(() => startIon(['run', 'waits', ...key], { cwd }))
      const [other] = await Promise.race(both.map(async (each) => [await each.ended] as const))
      expect([other?.exitCode, other?.stdout]).toEqual([5, ''])
      expect(other?.stderr).toMatch(/ion: run \w+ is held by process \d+/)
      writeFileSync(join(cwd, 'go'), '')
      const ends = await Promise.all(both.map(async ({ ended }) => await ended))
      expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([0, 5])
      expect(timesRun(cwd)).toBe(1)
    })

    it('says of a run that waits what answers it, and does not go on by itself', async () => {
      const cwd = createStoreProject()
      for (const _ of ['first', 'again']) {
        const { exitCode, stdout, stderr } = await ion(['run', 'gated', ...key], { cwd })
        expect([exitCode, stdout]).toEqual([3, ''])
        expect(stderr).toMatch(/^approve: +ion approve \w+ review/m)
      }
      await ion(['approve', 'latest', '--text', 'yes', '--no-resume'], { cwd })
      expect((await ion(['run', 'gated', ...key], { cwd })).exitCode).toBe(3)
      await ion(['resume', 'latest'], { cwd })
      expect(await ion(['run', 'gated', ...key], { cwd })).toMatchObject({
        exitCode: 0,
        stdout: 'sent: yes\n',
      })
    })

    it('says of a run that failed what goes on with it', async () => {
      const cwd = createStoreProject()
      await ion(['run', 'broken-build', ...key], { cwd })
      writeFileSync(join(cwd, 'fixed'), '')
      const { exitCode, stderr } = await ion(['run', 'broken-build', ...key], { cwd })
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/^build failed: /m)
      expect(stderr).toMatch(/^resume: +ion resume \w+$/m)
    })

    it('says of a run whose process was killed that it is interrupted', async () => {
      const cwd = createStoreProject()
      const killed = startIon(['run', 'waits', ...key], { cwd })
      await killed.wrote('start a')
      killed.process.kill('SIGKILL')
      await killed.ended
      const { exitCode, stderr } = await ion(['run', 'waits', ...key], { cwd })
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/interrupted[\s\S]*^resume: +ion resume \w+$/m)
      writeFileSync(join(cwd, 'go'), '')
      expect((await ion(['resume', 'latest'], { cwd })).exitCode).toBe(0)
      expect(await ion(['run', 'waits', ...key], { cwd })).toMatchObject({ exitCode: 0, stdout: 'done\n' })
    })

    it('runs again once the run was pruned', async () => {
      const cwd = createStoreProject()
      await ion(['run', 'counted', ...key], { cwd })
      await ion(['prune', '--workflow', 'counted', '--yes'], { cwd })
      const again = await ion(['run', 'counted', ...key], { cwd })
      expect([again.exitCode, timesRun(cwd)]).toEqual([0, 2])
      expect(again.stderr).not.toContain('started before')
    })
  },
)

it('refuses a key that can not be one', async () => {
  const cwd = createProject(workflows)
  for (const wrong of ['', 'x'.repeat(257)]) {
    const { exitCode, stderr } = await ion(['run', 'greet', '--idempotency-key', wrong], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('1 to 256 characters')])
  }
  expect(existsSync(join(cwd, '.ion/runs'))).toBe(false)
})

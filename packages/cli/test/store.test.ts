import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { postgresUrl } from '../../../test/servers/environment.ts'
import { freshSchema } from '../../../test/servers/fresh-database.ts'
import { createProject, ion, jsonLines, startIon } from './ion.ts'
import { workflows } from './workflows.ts'

const secret = 'postgres://ada:hunter22@127.0.0.1:1/jobs'
const fakeStore = ['--store', 'fake://ada:hunter22@h/d', '--store-package', 'store-fake']
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Packages of stores other than files are found from here. */
const stores = { cwd: root }

/** A project with a store that takes any URL, and keeps files in the folder `kept`. */
function fakeStoreProject(): string {
  const files = JSON.stringify(new URL('../../store-fs/dist/index.js', import.meta.url).href)
  return createProject({
    ...workflows,
    '.ion/workflows/slow.yaml': 'name: slow\nnodes: [{id: wait, bash: sleep 60}]\n',
    'node_modules/store-fake/package.json':
      '{"name": "store-fake", "type": "module", "exports": "./index.js"}',
    'node_modules/store-fake/index.js': `import { FilesystemStore } from ${files}
export const openStore = () => new FilesystemStore({ artifactsDir: 'kept' })
`,
  })
}

function sqliteStore(): string {
  return `sqlite://${join(createProject(), 'ion.db')}`
}

describe('ion store migrate', () => {
  it('makes what is missing, and says when nothing was', async () => {
    const args = ['store', 'migrate', '--store', sqliteStore()]
    const made = await ion(args, stores)
    expect([made.exitCode, made.stdout]).toEqual([0, ''])
    expect(made.stderr).toMatch(
      /^made {2}0001_tables\nmade {2}0002_feed\nmade {2}0003_annotations\nmade {2}0004_logs\nsqlite:.* is ready\n$/,
    )
    const again = await ion(args, stores)
    expect([again.exitCode, again.stdout]).toEqual([0, ''])
    expect(again.stderr).toMatch(/^sqlite:.*: nothing was missing\n$/)
  })

  it('gives it as data', async () => {
    const url = sqliteStore()
    const [made, again] = [
      await ion(['store', 'migrate', '--store', url, '--json'], stores),
      await ion(['store', 'migrate', '--store', url, '--json'], stores),
    ]
    const told = { schema: 'ion/store-migration@1', store: url, needed: true }
    expect(jsonLines(made.stdout)).toEqual([
      { ...told, migrations: ['0001_tables', '0002_feed', '0003_annotations', '0004_logs'] },
    ])
    expect(jsonLines(again.stdout)).toEqual([{ ...told, migrations: [] }])
    expect(made.stderr).toBe('')
  })

  it('has nothing to do for files, and says so', async () => {
    const cwd = createProject()
    const { exitCode, stderr } = await ion(['store', 'migrate'], { cwd })
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^file:.*there is nothing to migrate\n$/)])
    const [told] = jsonLines((await ion(['store', 'migrate', '--json'], { cwd })).stdout)
    expect(told).toMatchObject({ needed: false, migrations: [] })
    expect(existsSync(join(cwd, '.ion'))).toBe(false)
  })

  it('has its help, and knows a mistyped word', async () => {
    const cwd = createProject()
    for (const args of [
      ['help', 'store'],
      ['store', '--help'],
    ]) {
      const { exitCode, stdout } = await ion(args, { cwd })
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('ion store migrate --store')])
    }
    const { exitCode, stderr } = await ion(['store', 'migrat'], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('did you mean migrate?')])
  })

  it('exits with 5 where the database is not to be reached', async () => {
    const { exitCode, stderr } = await ion(['store', 'migrate', '--store', secret], stores)
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining("can't connect to Postgres")])
  })
})

describe('runs in SQLite', () => {
  const hello = join(root, 'examples/hello/hello.yaml')
  const agent = ['--agent-command', `bash '${join(root, 'examples/hello/agent.sh')}'`]

  /** A project that has installed the package. */
  function sqliteProject(): string {
    const cwd = createProject({ ...workflows, 'text.md': 'The sea is wide. The sea is deep.\n' })
    mkdirSync(join(cwd, 'node_modules/@ion'), { recursive: true })
    symlinkSync(join(root, 'packages/store-sqlite'), join(cwd, 'node_modules/@ion/store-sqlite'))
    return cwd
  }

  it('are shown and listed as all others, by the URL alone', async () => {
    const cwd = sqliteProject()
    const store = ['--store', 'sqlite:ion.db']
    const run = await ion(['run', hello, ...agent, '--input', 'file=text.md', ...store], { cwd })
    expect([run.exitCode, run.stdout]).toEqual([0, expect.stringContaining('- 8 words: a short read')])
    const shown = await ion(['show', 'latest', ...store], { cwd })
    expect([shown.exitCode, shown.stdout]).toEqual([0, expect.stringContaining('frequent')])
    const [record] = jsonLines((await ion(['show', 'latest', ...store, '--json'], { cwd })).stdout)
    expect(record).toMatchObject({ workflowName: 'hello', status: 'completed' })
    const listed = await ion(['list', ...store], { cwd })
    expect(listed.stdout).toMatch(/hello +completed/)
    expect(readFileSync(join(cwd, 'ion.db')).subarray(0, 15).toString()).toBe('SQLite format 3')
  })

  it('wait for an answer, with the store of the configuration', async () => {
    const cwd = sqliteProject()
    writeFileSync(join(cwd, '.ion/config.yaml'), 'store: sqlite:runs.db\n')
    expect((await ion(['run', 'gated'], { cwd })).exitCode).toBe(3)
    expect((await ion(['list', '--status', 'paused'], { cwd })).stdout).toContain('gated')
    const { exitCode, stdout } = await ion(['approve', 'latest', '--text', 'yes'], { cwd })
    expect([exitCode, stdout]).toEqual([0, 'sent: yes\n'])
    expect(existsSync(join(cwd, 'runs.db'))).toBe(true)
  })
})

describe('runs in Postgres', () => {
  it('need only the URL, with the password in it or beside it', async () => {
    const { url, cleanup } = freshSchema(postgresUrl())
    const { password } = new URL(url)
    const open = new URL(url)
    open.password = ''
    const beside = { cwd: root, env: { ION_STORE: open.href, PGPASSWORD: decodeURIComponent(password) } }
    const migrated = await ion(['store', 'migrate'], beside)
    expect([migrated.exitCode, migrated.stderr]).toEqual([0, expect.stringContaining('made  0001_tables')])

    const cwd = createProject(workflows)
    mkdirSync(join(cwd, 'node_modules/@ion'), { recursive: true })
    symlinkSync(join(root, 'packages/store-postgres'), join(cwd, 'node_modules/@ion/store-postgres'))
    const paused = await ion(['run', 'gated', '--store', url], { cwd })
    const shown = new URL(url)
    if (password !== '') shown.password = '***'
    expect([paused.exitCode, paused.stderr]).toEqual([3, expect.stringContaining(shown.href)])
    const listed = await ion(['list'], beside)
    expect(listed.stdout).toMatch(/gated +paused/)
    const approved = await ion(['approve', 'latest', '--text', 'yes', '--store', url, '--json'], { cwd })
    expect(approved.exitCode).toBe(0)
    for (const { stdout, stderr } of [migrated, paused, listed, approved]) {
      if (password !== '') expect(stdout + stderr).not.toContain(password)
    }
    await cleanup()
  })
})

describe('the password of a store', () => {
  it('is never said when a command fails', async () => {
    const asked = ['--store', secret]
    for (const [args, env] of [
      [['list', ...asked], {}],
      [['list', ...asked, '--json'], {}],
      [['run', 'examples/hello/hello.yaml', '--agent', 'echo', ...asked], {}],
      [['store', 'migrate', ...asked, '--json'], {}],
      [['show', 'latest'], { ION_STORE: secret }],
    ] satisfies [string[], { [name: string]: string }][]) {
      const { exitCode, stdout, stderr } = await ion(args, { cwd: root, env: { ...env, ION_DEBUG: '1' } })
      expect([exitCode, stdout + stderr]).toEqual([5, expect.stringContaining("can't connect to Postgres")])
      expect(stdout + stderr).not.toContain('hunter22')
    }
  })

  it('is never said when the URL itself is wrong', async () => {
    for (const url of [
      'Postgres://ada:hunter22@h/d',
      'nosuch://ada:hunter22@h/d',
      'postgres://ada:hunter22@h:x/d',
    ]) {
      const { exitCode, stdout, stderr } = await ion(['list', '--store', url], {
        cwd: root,
        env: { ION_DEBUG: '1' },
      })
      expect([2, 5]).toContain(exitCode)
      expect(stdout + stderr).not.toContain('hunter22')
    }
  })

  it('is never said when it stands where no URL belongs', async () => {
    for (const args of [
      [secret],
      ['run', secret],
      ['show', secret],
      ['list', secret],
      [`--stor=${secret}`],
    ]) {
      const { exitCode, stdout, stderr } = await ion(args, { cwd: createProject() })
      expect(exitCode).not.toBe(0)
      expect(stdout + stderr).not.toContain('hunter22')
    }
  })

  it('is hidden in the lines of a configuration that are shown', async () => {
    const cwd = createProject({ '.ion/config.yaml': `stoer: ${secret}\n` })
    for (const more of [[], ['--json']]) {
      const { exitCode, stdout, stderr } = await ion(['list', ...more], { cwd })
      expect(exitCode).toBe(2)
      expect(stdout + stderr).not.toContain('hunter22')
    }
  })

  it('is left out of the commands that are suggested', async () => {
    const cwd = fakeStoreProject()
    for (const args of [
      ['run', 'gated'],
      ['show', 'latest'],
      ['show', 'latest', '--json'],
      ['approve', 'latest'],
    ]) {
      const { exitCode, stdout, stderr } = await ion([...fakeStore, ...args], { cwd })
      expect([0, 3]).toContain(exitCode)
      expect(stdout + stderr).not.toContain('hunter22')
      if (args[0] === 'run') expect(stderr).toContain("--store 'fake://ada:***@h/d'")
    }
    const { stdout } = await ion([...fakeStore, 'run', 'gated', '--json'], { cwd })
    expect(stdout).not.toContain('hunter22')
  })

  it('is kept nowhere in a run', async () => {
    const cwd = fakeStoreProject()
    await ion([...fakeStore, 'run', 'gated'], { cwd })
    const { stdout } = spawnSync('grep', ['-rl', 'hunter22', 'kept'], { cwd, encoding: 'utf8' })
    expect([existsSync(join(cwd, 'kept')), stdout]).toEqual([true, ''])
  })

  it.skipIf(process.platform !== 'linux')('is taken out of what ps shows', async () => {
    const running = startIon([...fakeStore, 'run', 'slow'], { cwd: fakeStoreProject() })
    await running.wrote('wait')
    const line = readFileSync(`/proc/${running.process.pid}/cmdline`, 'utf8')
    running.process.kill('SIGTERM')
    await running.ended
    expect(line).toContain('fake://ada:***@h/d')
    expect(line).not.toContain('hunter22')
  })
})

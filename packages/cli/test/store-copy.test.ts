import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { createStore } from '@ion/executor'
import { digestRun, type IWorkflowStore, type WorkflowEvent, type WorkflowSignal } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { postgresUrl } from '../../../test/servers/environment.ts'
import { freshSchema } from '../../../test/servers/fresh-database.ts'
import { createProject, ion, jsonLines, latestRunId, startIon } from './ion.ts'
import { workflows } from './workflows.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A project with the packages of all stores. */
function storesProject(): string {
  const cwd = createProject({
    ...workflows,
    '.ion/workflows/made.yaml': `name: made
nodes:
  - { id: make, bash: 'echo made > "$ARTIFACTS_DIR/report.md"; head -c 200000 /dev/zero | tr "\\\\0" x' }
  - { id: gate, depends_on: [make], approval: { message: 'Go on?' } }
  - { id: use, depends_on: [gate], bash: 'cat "$ARTIFACTS_DIR/report.md"' }
`,
    '.ion/workflows/asked-twice.yaml': `name: asked-twice
nodes:
  - { id: first, approval: { message: 'Begin?' } }
  - { id: review, depends_on: [first], approval: { message: 'Good?', capture_response: true } }
  - { id: send, depends_on: [review], bash: 'echo "sent: $review.output"' }
`,
  })
  mkdirSync(join(cwd, 'node_modules/@ion'), { recursive: true })
  for (const name of ['store-sqlite', 'store-postgres']) {
    symlinkSync(join(root, 'packages', name), join(cwd, 'node_modules/@ion', name))
  }
  return cwd
}

interface Kept {
  events: WorkflowEvent[]
  signals: WorkflowSignal[]
  digest: string
}

/** All that a store has of a run. */
async function keptIn(url: string, id: string): Promise<Kept> {
  const store: IWorkflowStore = await createStore(url, { resolveFrom: [root] })
  const events = await store.getWorkflowEvents(id, { limit: 1_000 })
  const signals = await store.getSignals(id, { limit: 1_000 })
  const digest = await digestRun(store, id)
  await store.close()
  return { events, signals, digest }
}

describe('ion store copy', () => {
  it('carries a run that waits in files to SQLite, and on to Postgres, where it is approved and ends', async () => {
    const { url: postgres, cleanup } = freshSchema(postgresUrl())
    const cwd = storesProject()
    const [files, sqlite] = [`file://${join(cwd, '.ion/runs')}`, `sqlite://${join(cwd, 'ion.db')}`]
    expect((await ion(['run', 'asked-twice'], { cwd })).exitCode).toBe(3)
    expect((await ion(['approve', 'latest'], { cwd })).exitCode).toBe(3)
    const id = await latestRunId(cwd)
    const first = await ion(['store', 'copy', '--from', files, '--to', sqlite], { cwd })
    expect([first.exitCode, first.stdout, first.stderr]).toEqual([
      0,
      `${id}  copied  4 log entries\n`,
      'copied 1 run\n',
    ])
    const second = await ion(['store', 'copy', id.slice(0, 6), '--from', sqlite, '--to', postgres], { cwd })
    expect([second.exitCode, second.stdout]).toEqual([0, `${id}  copied  4 log entries\n`])
    const approved = await ion(['approve', id, '--text', 'yes', '--store', postgres], { cwd })
    expect([approved.exitCode, approved.stdout]).toEqual([0, 'sent: yes\n'])

    const [inFiles, inSqlite, inPostgres] = [
      await keptIn(files, id),
      await keptIn(sqlite, id),
      await keptIn(postgres, id),
    ]
    expect(inSqlite).toEqual(inFiles)
    expect(inFiles.events.at(-1)).toMatchObject({ type: 'node_started', nodeId: 'review' })
    expect(inPostgres.events.slice(0, inFiles.events.length)).toEqual(inFiles.events)
    expect(inPostgres.events.at(-1)).toMatchObject({ type: 'workflow_completed' })
    expect(inFiles.signals).toMatchObject([{ kind: 'answer', gate: { nodeId: 'first' } }])
    expect(inPostgres.signals).toMatchObject([inFiles.signals[0], { gate: { nodeId: 'review' } }])

    // What went on there is not what is to be copied any more.
    const late = await ion(['store', 'copy', '--from', files, '--to', postgres], { cwd })
    expect([late.exitCode, late.stdout]).toEqual([1, ''])
    expect(late.stderr).toContain(`ion: run ${id} was not copied: run ${id} exists with other content`)
    await cleanup()
  })

  it('takes artifacts, logs and large outputs along, and leaves alone what is there', async () => {
    const cwd = storesProject()
    const kept = `file://${join(cwd, 'kept')}`
    expect((await ion(['run', 'made', '--store', kept], { cwd })).exitCode).toBe(3)
    const [id = ''] = readdirSync(join(cwd, 'kept')).filter((name) => !name.startsWith('.'))
    symlinkSync('/etc/hostname', join(cwd, 'kept', id, 'artifacts/link'))
    const args = ['store', 'copy', '--from', kept, '--to', 'sqlite:ion.db']
    const copied = await ion(args, { cwd })
    expect([copied.exitCode, copied.stdout]).toEqual([0, `${id}  copied  2 files  1 log entry\n`])
    expect(copied.stderr).toContain(`ion: artifacts/link of run ${id} was left out: it is a symbolic link\n`)
    const folder = join(cwd, '.ion/runs', id)
    expect(readFileSync(join(folder, 'artifacts/report.md'), 'utf8')).toBe('made\n')
    expect(existsSync(join(folder, 'logs/make/attempt-1.log'))).toBe(true)
    const again = await ion([...args, '--json'], { cwd })
    const [run, sum] = jsonLines(again.stdout)
    expect(run).toMatchObject({ schema: 'ion/copied-run@1', runId: id, outcome: 'present' })
    expect(run).toMatchObject({ files: { copied: 0, present: 2, skipped: [{ path: 'artifacts/link' }] } })
    expect(sum).toMatchObject({ schema: 'ion/store-copy@1', copied: 0, present: 1, refused: 0 })
    const approved = await ion(['approve', id, '--store', 'sqlite:ion.db'], { cwd })
    expect([approved.exitCode, approved.stdout]).toEqual([0, 'made\n'])
  })

  it('refuses a run that is executed, copies the others, and exits with 5', async () => {
    const cwd = storesProject()
    await ion(['run', 'greet'], { cwd })
    const done = await latestRunId(cwd)
    const running = startIon(['run', 'slow'], { cwd })
    await running.wrote('body')
    const held = await latestRunId(cwd)
    const { exitCode, stdout, stderr } = await ion(['store', 'copy', '--to', 'sqlite:ion.db'], { cwd })
    running.process.kill('SIGTERM')
    await running.ended
    expect([exitCode, stdout]).toEqual([5, `${done}  copied\n`])
    expect(stderr).toMatch(new RegExp(`ion: run ${held} was not copied: run ${held} is held by process \\d+`))
    const stopped = await ion(['store', 'copy', held, '--to', 'sqlite:ion.db'], { cwd })
    expect([stopped.exitCode, stopped.stdout]).toEqual([0, expect.stringContaining(`${held}  copied`)])
  })

  it('says what is wrong: no such run, no other store, the same store', async () => {
    const cwd = storesProject()
    const other = ['--to', 'sqlite:ion.db']
    expect((await ion(['store', 'copy', 'nosuch', ...other], { cwd })).exitCode).toBe(4)
    const without = await ion(['store', 'copy'], { cwd })
    expect([without.exitCode, without.stderr]).toEqual([2, expect.stringContaining('--to')])
    const same = await ion(['store', 'copy', '--from', 'sqlite:ion.db', ...other], { cwd })
    expect([same.exitCode, same.stderr]).toEqual([2, expect.stringContaining('the same store')])
  })

  it('never says a password of the stores', async () => {
    const cwd = storesProject()
    const secret = 'postgres://ada:hunter22@127.0.0.1:1/jobs'
    const args = ['store', 'copy', '--from', secret, '--to=sqlite:ion.db', '--json']
    const { exitCode, stdout, stderr } = await ion(args, { cwd, env: { ION_DEBUG: '1' } })
    expect([exitCode, stdout + stderr]).toEqual([5, expect.stringContaining("can't connect to Postgres")])
    expect(stdout + stderr).not.toContain('hunter22')
  })
})

describe('ion store export and import', () => {
  it('carry a run by way of one file, which is refused where it was cut short, and it goes on', async () => {
    const cwd = storesProject()
    await ion(['run', 'made'], { cwd })
    const id = await latestRunId(cwd)
    const exported = await ion(['store', 'export', '--output', 'runs.ion.gz'], { cwd })
    expect([exported.exitCode, exported.stdout]).toEqual([0, `${id}  exported  2 files  1 log entry\n`])
    const again = await ion(['store', 'export', '--output', 'runs.ion.gz'], { cwd })
    expect([again.exitCode, again.stderr]).toEqual([
      2,
      expect.stringContaining('is there already (give --force'),
    ])

    const other = storesProject()
    const file = join(cwd, 'runs.ion.gz')
    const imported = await ion(['store', 'import', file, '--to', 'sqlite:ion.db', '--json'], { cwd: other })
    expect(imported.exitCode).toBe(0)
    expect(jsonLines(imported.stdout)).toMatchObject([
      { schema: 'ion/imported-run@1', runId: id, outcome: 'copied', files: { copied: 2 } },
      { schema: 'ion/store-import@1', file, copied: 1, present: 0, refused: 0 },
    ])
    expect(readFileSync(join(other, '.ion/runs', id, 'artifacts/report.md'), 'utf8')).toBe('made\n')

    // The end of the file is missing; the run in it is whole.
    const text = gunzipSync(readFileSync(file)).toString()
    writeFileSync(join(other, 'cut.ion'), text.slice(0, text.lastIndexOf('{"complete"')))
    const cut = await ion(['store', 'import', 'cut.ion'], { cwd: other })
    expect([cut.exitCode, cut.stdout]).toEqual([1, `${id}  imported  1 log entry\n`])
    expect(cut.stderr).toMatch(/^ion: cut\.ion:\d+: the file ends here and is not whole$/m)
    const approved = await ion(['approve', id, '--store', 'sqlite:ion.db'], { cwd: other })
    expect([approved.exitCode, approved.stdout]).toEqual([0, 'made\n'])
  })

  it('name a file that is not there', async () => {
    const { exitCode, stderr } = await ion(['store', 'import', 'nosuch.ion'], { cwd: createProject() })
    expect([exitCode, stderr]).toEqual([4, 'ion: there is no file nosuch.ion\n'])
  })
})

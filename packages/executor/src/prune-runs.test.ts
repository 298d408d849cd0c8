import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { currentOwner, type IWorkflowStore, type RunSummary } from '@ion/store'
import { openStore as openFiles } from '@ion/store-fs'
import { MemoryStore } from '@ion/store-testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PrunableStatus, type PruneConditions, prunableStatuses } from './prune-options.ts'
import { pruneRuns } from './prune-runs.ts'
import { resumeWorkflow } from './resume.ts'
import { openBench, scratchFolder } from './run-fixture.test-support.ts'

const definition = { format: 'yaml', source: 'name: x', digest: '0'.repeat(64), path: null, files: {} }
const noneKept = { status: 0, newest: 0, recent: 0, held: 0, changed: 0, damaged: 0 }
const hour = 3_600_000

type Standing = PrunableStatus | 'pending' | 'running' | 'paused' | 'held'

/** A store whose time is told to it, in hours. */
function openClock() {
  let now = 0
  const timeAt = (hours: number) => new Date(Date.UTC(2026, 0, 1) + hours * hour)
  const store = new MemoryStore({ now: () => timeAt(now) })
  return {
    store,
    at: (hours: number) => timeAt(hours).toISOString(),
    setTime: (hours: number) => {
      now = hours
    },
  }
}

/** Makes a run as it stands. */
async function makeRun(
  store: IWorkflowStore,
  { id, status, workflowName = 'w' }: { id: string; status: Standing; workflowName?: string },
): Promise<void> {
  await store.createWorkflowRun({ id, workflowName, definition })
  if (status !== 'held' && status !== 'running') return await endRun(store, { id, status })
  const owner = status === 'held' ? currentOwner() : { ...currentOwner(), pid: 2 ** 30, processStart: '1' }
  await store.claimWorkflowRun(id, owner, 1_000 * hour, {
    commitId: 'start',
    expectedSequence: 0,
    events: [{ type: 'workflow_started', payload: {} }],
  })
}

/** Brings a run that is pending to where it is to stand. */
async function endRun(
  store: IWorkflowStore,
  { id, status }: { id: string; status: Standing },
): Promise<void> {
  if (status === 'pending') return
  if (status === 'cancelled') return void (await store.updateWorkflowRun(id, { status }))
  await store.updateWorkflowRun(id, { status: 'running' })
  const error = { code: 'x', message: 'x' }
  if (status === 'failed') await store.updateWorkflowRun(id, { status, error })
  else if (status === 'completed' || status === 'paused') await store.updateWorkflowRun(id, { status })
}

async function idsIn(store: IWorkflowStore): Promise<string[]> {
  const { items } = await store.listWorkflowRuns({}, { limit: 1_000 })
  return items.map(({ id }) => id).sort()
}

/** A store with one run of each kind. */
async function openMixed() {
  const clock = openClock()
  const standings: Standing[] = ['completed', 'cancelled', 'failed', 'pending', 'running', 'paused', 'held']
  for (const status of standings) await makeRun(clock.store, { id: status, status })
  clock.setTime(100)
  return clock
}

describe('pruning', () => {
  it('deletes completed and cancelled runs, and never one that can go on', async () => {
    const { store, at } = await openMixed()
    const pruned: string[] = []
    const onPruned = ({ id }: RunSummary) => pruned.push(id)
    expect(await pruneRuns({ store, endedBefore: at(100), onPruned })).toEqual({
      deleted: 2,
      kept: { ...noneKept, status: 5 },
      leftFolders: [],
      interrupted: false,
    })
    expect(pruned.sort()).toEqual(['cancelled', 'completed'])
    expect(await idsIn(store)).toEqual(['failed', 'held', 'paused', 'pending', 'running'])
  })

  it('deletes failed runs when they are named', async () => {
    const { store } = await openMixed()
    expect(await pruneRuns({ store, status: ['failed'] })).toMatchObject({ deleted: 1 })
    expect(await idsIn(store)).not.toContain('failed')
    expect(await idsIn(store)).toContain('completed')
  })

  it.each([
    ['no condition', {}],
    ['a run that has not ended', { status: ['paused'] }],
    ['no number', { keep: Number.NaN }],
    ['nothing to keep', { keep: 0 }],
    ['no time', { endedBefore: 'yesterday' }],
  ])('refuses %s, and deletes nothing', async (_what, conditions) => {
    const { store } = await openMixed()
    const untyped: object = conditions
    await expect(pruneRuns({ store, ...untyped })).rejects.toMatchObject({ code: 'invalid_condition' })
    expect(await idsIn(store)).toHaveLength(7)
  })

  it('keeps the newest of each workflow, counted among those that may go', async () => {
    const { store, setTime } = openClock()
    for (let n = 1; n <= 4; n++) {
      setTime(n)
      await makeRun(store, { id: `a${n}`, status: 'completed', workflowName: 'a' })
      await makeRun(store, { id: `b${n}`, status: n === 4 ? 'failed' : 'completed', workflowName: 'b' })
    }
    expect(await pruneRuns({ store, keep: 2 })).toMatchObject({
      deleted: 3,
      kept: { newest: 4, status: 1 },
    })
    expect(await idsIn(store)).toEqual(['a3', 'a4', 'b2', 'b3', 'b4'])
  })

  it('goes by when a run ended, not by when it was created', async () => {
    const { store, at, setTime } = openClock()
    await store.createWorkflowRun({ id: 'long', workflowName: 'w', definition })
    await makeRun(store, { id: 'short', status: 'completed' })
    setTime(10)
    await makeRun(store, { id: 'late', status: 'completed' })
    await store.updateWorkflowRun('long', { status: 'cancelled' })
    expect(await pruneRuns({ store, endedBefore: at(5) })).toMatchObject({ deleted: 1, kept: { recent: 2 } })
    expect(await idsIn(store)).toEqual(['late', 'long'])
  })

  it('looks only at the workflow that is asked for', async () => {
    const { store } = openClock()
    await makeRun(store, { id: 'a', status: 'completed', workflowName: 'a' })
    await makeRun(store, { id: 'b', status: 'completed', workflowName: 'b' })
    expect(await pruneRuns({ store, workflowName: 'a' })).toMatchObject({ deleted: 1, kept: noneKept })
    expect(await idsIn(store)).toEqual(['b'])
  })

  it('only says what would go, when that is asked', async () => {
    const { store } = await openMixed()
    const options = { store, status: [...prunableStatuses] }
    const dry = await pruneRuns({ ...options, dryRun: true })
    expect([dry.deleted, (await idsIn(store)).length]).toEqual([3, 7])
    expect(await pruneRuns(options)).toEqual(dry)
  })

  it('meets every condition, whatever runs there are', async () => {
    const standing = fc.constantFrom<Standing>(...prunableStatuses, 'paused', 'pending')
    const runs = fc.array(
      fc.record({ status: standing, workflowName: fc.constantFrom('a', 'b'), endsAt: fc.nat(50) }),
      { maxLength: 15 },
    )
    const conditions = fc
      .record(
        {
          status: fc.subarray([...prunableStatuses], { minLength: 1 }),
          keep: fc.integer({ min: 1, max: 4 }),
          before: fc.nat(50),
          workflowName: fc.constantFrom('a', 'b'),
        },
        { requiredKeys: [] },
      )
      .filter((given) => Object.keys(given).length > 0)
    await fc.assert(
      fc.asyncProperty(runs, conditions, async (made, { before, ...given }) => {
        const { store, at, setTime } = openClock()
        // Created one after the other; each ends when it was created or later, in any order.
        const ended = made.map((run, n) => ({
          ...run,
          id: `r${String(n).padStart(2, '0')}`,
          time: n + run.endsAt,
        }))
        for (const [n, run] of ended.entries()) {
          setTime(n)
          await store.createWorkflowRun({ id: run.id, workflowName: run.workflowName, definition })
        }
        for (const run of [...ended].sort((a, b) => a.time - b.time)) {
          setTime(run.time)
          await endRun(store, run)
        }
        const wanted: PruneConditions = {
          ...given,
          ...(before === undefined ? {} : { endedBefore: at(before) }),
        }
        const { deleted } = await pruneRuns({ store, ...wanted })
        const statuses: Standing[] = given.status ?? ['completed', 'cancelled']
        const stays = ended.filter((run) => {
          const alike = ended.filter(
            (other) =>
              other.workflowName === run.workflowName && statuses.includes(other.status) && other.id > run.id,
          )
          return !(
            statuses.includes(run.status) &&
            (given.workflowName ?? run.workflowName) === run.workflowName &&
            alike.length >= (given.keep ?? 0) &&
            (before === undefined || run.time < before)
          )
        })
        expect(await idsIn(store)).toEqual(stays.map(({ id }) => id))
        expect(deleted).toBe(ended.length - stays.length)
      }),
      { numRuns: 150 },
    )
  })
})

describe('pruning while others are at work', () => {
  /** A store that lets something happen right before a call. */
  const before = (store: IWorkflowStore, name: keyof IWorkflowStore, happen: () => Promise<unknown>) =>
    new Proxy(store, {
      get(target, property) {
        const value = Reflect.get(target, property)
        if (typeof value !== 'function') return value
        return async (...args: unknown[]) => {
          if (property === name) await happen()
          return Reflect.apply(value, target, args)
        }
      },
    })

  it('leaves a failed run that was taken up since it was listed', async () => {
    for (const name of ['getWorkflowRun', 'deleteWorkflowRun'] as const) {
      const { store } = openClock()
      await makeRun(store, { id: 'r', status: 'failed' })
      const takeUp = () =>
        store.claimWorkflowRun('r', currentOwner(), hour, {
          commitId: 'again',
          expectedSequence: 2,
          events: [{ type: 'workflow_started', payload: { resumed: true } }],
        })
      const result = await pruneRuns({ store: before(store, name, takeUp), status: ['failed'] })
      expect(result).toMatchObject({ deleted: 0, kept: { held: 1 } })
      expect(await idsIn(store)).toEqual(['r'])
    }
  })

  it('leaves a failed run that was resumed and has ended in another way', async () => {
    for (const name of ['getWorkflowRun', 'deleteWorkflowRun'] as const) {
      const bench = await openBench()
      const { runId } = await bench.run('- { id: a, bash: test -e mended }')
      const resume = async () => {
        await writeFile(join(bench.cwd, 'mended'), '')
        await resumeWorkflow({ store: bench.store, runId })
      }
      const store = before(bench.store, name, async () => {
        if (!existsSync(join(bench.cwd, 'mended'))) await resume()
      })
      const result = await pruneRuns({ store, status: ['failed'] })
      expect(result).toMatchObject({ deleted: 0, kept: { changed: 1 } })
      expect(await idsIn(bench.store)).toEqual([runId])
    }
  })

  it('does not count what another has deleted', async () => {
    const { store } = await openMixed()
    const gone = before(store, 'getWorkflowRun', () => store.deleteWorkflowRun('completed'))
    expect(await pruneRuns({ store: gone, status: ['completed'] })).toMatchObject({
      deleted: 0,
      kept: { held: 0 },
    })
  })

  it('goes on over a page in which everything was deleted', async () => {
    const { store } = openClock()
    for (let n = 0; n < 2_100; n++)
      await store.createWorkflowRun({ id: `r${n}`, workflowName: 'w', definition })
    for (let n = 0; n < 2_100; n++) await store.updateWorkflowRun(`r${n}`, { status: 'cancelled' })
    const cursors: (string | undefined)[] = []
    const listed = new Proxy(store, {
      get(target, property) {
        const value = Reflect.get(target, property)
        if (property !== 'listWorkflowRuns') return typeof value === 'function' ? value.bind(target) : value
        return async (...[filter, page, ...rest]: Parameters<IWorkflowStore['listWorkflowRuns']>) => {
          cursors.push(page.cursor)
          return await store.listWorkflowRuns(filter, page, ...rest)
        }
      },
    })
    expect((await pruneRuns({ store: listed, keep: 3 })).deleted).toBe(2_097)
    expect([cursors.length, await idsIn(store)]).toEqual([3, ['r997', 'r998', 'r999']])
  })

  it('ends between two deletions when it is told to', async () => {
    const { store } = openClock()
    for (let n = 0; n < 40; n++) await makeRun(store, { id: `r${n}`, status: 'completed' })
    const stop = new AbortController()
    const onPruned = () => stop.abort()
    const result = await pruneRuns({ store, status: ['completed'], signal: stop.signal, onPruned })
    expect(result.interrupted).toBe(true)
    expect((await idsIn(store)).length).toBe(40 - result.deleted)
    expect(result.deleted).toBeLessThan(40)
  })

  it('stops at a failure of the store, and says it', async () => {
    const { store } = openClock()
    for (let n = 0; n < 40; n++) await makeRun(store, { id: `r${n}`, status: 'completed' })
    const broken = before(store, 'deleteWorkflowRun', async () => {
      throw new Error('no')
    })
    await expect(pruneRuns({ store: broken, status: ['completed'] })).rejects.toThrow('no')
    expect(await idsIn(store)).toHaveLength(40)
  })
})

describe("a pruned run's folder", () => {
  it('goes with the run, by default from the directory it ran in', async () => {
    const { store, cwd, run } = await openBench()
    const { runId } = await run('- { id: a, bash: echo x | tee "$ARTIFACTS_DIR/x" }')
    const folder = join(cwd, '.ion/runs', runId)
    expect(existsSync(join(folder, 'logs/a/attempt-1.log'))).toBe(true)
    await pruneRuns({ store, status: ['completed'], dryRun: true })
    expect(existsSync(join(folder, 'artifacts/x'))).toBe(true)
    expect(await pruneRuns({ store, status: ['completed'] })).toMatchObject({ deleted: 1, leftFolders: [] })
    expect(existsSync(folder)).toBe(false)
  })

  it('is looked for where it is said to be', async () => {
    const { store, run } = await openBench()
    for (const told of ['once for all', 'for each']) {
      const artifactsDir = await scratchFolder()
      const { runId } = await run('- { id: a, bash: "false" }', { artifactsDir, metadata: { artifactsDir } })
      expect(existsSync(join(artifactsDir, runId))).toBe(true)
      const asked = told === 'for each' ? () => artifactsDir : artifactsDir
      await pruneRuns({ store, status: ['failed'], artifactsDir: asked })
      expect([existsSync(join(artifactsDir, runId)), existsSync(artifactsDir)]).toEqual([false, true])
    }
  })

  it('keeps what Ion has not made', async () => {
    const { store, run } = await openBench()
    const artifactsDir = await scratchFolder()
    await mkdir(join(artifactsDir, 'src'))
    await writeFile(join(artifactsDir, 'src/main.ts'), '')
    await run('- { id: a, bash: echo }', { artifactsDir, runId: 'src' })
    await pruneRuns({ store, status: ['completed'], artifactsDir })
    expect(existsSync(join(artifactsDir, 'src/main.ts'))).toBe(true)
    expect(existsSync(join(artifactsDir, 'src/logs'))).toBe(false)
  })

  it('that can not be removed is named, and the run is gone', async () => {
    const { store, run } = await openBench()
    await run('- { id: a, bash: echo }', { runId: 'r' })
    const artifactsDir = `${await scratchFolder()}/\0`
    const { deleted, leftFolders } = await pruneRuns({ store, status: ['completed'], artifactsDir })
    expect([deleted, leftFolders]).toEqual([1, [{ runId: 'r', reason: expect.any(String) }]])
    expect(await idsIn(store)).toEqual([])
  })

  it('is the whole run where the store keeps runs in folders; another one goes too', async () => {
    const folder = await scratchFolder()
    const store = await openFiles(`file:${join(folder, 'runs')}`)
    const { run } = await openBench()
    const nodes = '- { id: a, bash: echo }'
    await run(nodes, { store, runId: 'own' })
    const artifactsDir = join(folder, 'elsewhere')
    await run(nodes, { store, runId: 'apart', artifactsDir, metadata: { artifactsDir } })
    const placeOf = ({ metadata }: { metadata: { artifactsDir?: unknown } }) =>
      typeof metadata.artifactsDir === 'string' ? metadata.artifactsDir : undefined
    expect((await pruneRuns({ store, status: ['completed'], artifactsDir: placeOf })).deleted).toBe(2)
    for (const path of ['runs/own', 'runs/apart', 'elsewhere/apart']) {
      expect(existsSync(join(folder, path))).toBe(false)
    }
    await store.close()
  })

  it('stays where a store in files has a run of that id in it', async () => {
    const folder = await scratchFolder()
    const files = await openFiles(`file:${folder}`)
    const { store, run } = await openBench()
    for (const each of [files, store])
      await run('- { id: a, bash: echo x > "$ARTIFACTS_DIR/x" }', {
        store: each,
        runId: 'r',
        artifactsDir: folder,
      })
    const { deleted, leftFolders } = await pruneRuns({ store, status: ['completed'], artifactsDir: folder })
    expect([deleted, leftFolders]).toMatchObject([
      1,
      [{ runId: 'r', reason: expect.stringContaining('store in files') }],
    ])
    expect(existsSync(join(folder, 'r/artifacts/x'))).toBe(true)
    expect(await pruneRuns({ store: files, status: ['completed'] })).toMatchObject({
      deleted: 1,
      leftFolders: [],
    })
    expect(existsSync(join(folder, 'r'))).toBe(false)
    await files.close()
  })

  it('stays with a run whose log is damaged', async () => {
    const folder = await scratchFolder()
    const store = await openFiles(`file:${folder}`)
    const { run } = await openBench()
    for (const runId of ['whole', 'torn']) await run('- { id: a, bash: echo }', { store, runId })
    await store.close()
    await writeFile(join(folder, 'torn/events.jsonl'), '{"format":"no log"}\n'.repeat(500))
    const again = await openFiles(`file:${folder}`)
    expect(await pruneRuns({ store: again, status: ['completed'] })).toMatchObject({
      deleted: 1,
      kept: { damaged: 1 },
    })
    expect(existsSync(join(folder, 'torn/logs'))).toBe(true)
    await again.close()
  })
})

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IWorkflowStore } from '@ion/store'
import { openStore as openFiles } from '@ion/store-fs'
import { openStore as openMemory } from '@ion/store-testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { approveWorkflow } from './answer.ts'
import { createRun } from './create-run.ts'
import { executeWorkflow } from './execute.ts'
import type { ExecuteOptions } from './options.ts'
import type { RunResult } from './result.ts'
import { leaveBehind, openBench, scratchFolder, workflowOf } from './run-fixture.test-support.ts'

const counting = `- id: a
  bash: echo once >> "$STATE_DIR/ran.txt"; echo "$INPUTS.who $ARGUMENTS"`
const gate = '- { id: gate, approval: { message: go? } }'

/** A result without the times of its nodes. */
function inShort({ nodes, ...result }: RunResult) {
  return { ...result, nodes: [...nodes.values()].map(({ path, status }) => [path, status]) }
}

describe.each<[string, (folder: string) => Promise<IWorkflowStore>]>([
  ['memory', async () => await openMemory('memory:')],
  ['files', async (folder) => await openFiles(`file:${join(folder, 'runs')}`)],
])('a start with an idempotency key (%s)', (_name, openStore) => {
  let store: IWorkflowStore
  let cwd: string

  beforeEach(async () => {
    cwd = await scratchFolder()
    store = await openStore(cwd)
  })

  const start = (more: Partial<ExecuteOptions> & { nodes?: string } = {}): ExecuteOptions => {
    const { nodes = counting, ...options } = more
    return {
      store,
      cwd,
      workflow: `inputs:\n  who: { default: ada }\n  pin: { type: number, default: 1 }\n${workflowOf(nodes)}`,
      variables: { STATE_DIR: cwd },
      artifactsDir: join(cwd, 'folders'),
      idempotencyKey: 'k',
      ifExists: 'report',
      signalPollMs: 20,
      killAfterMs: 500,
      ...options,
    }
  }
  const timesRun = async () => (await readFile(join(cwd, 'ran.txt'), 'utf8')).split('once').length - 1

  it('runs once, and gives the same result again', async () => {
    const first = await executeWorkflow(start())
    const again = await executeWorkflow(start())
    expect(inShort(again)).toEqual({ ...inShort(first), executed: false })
    expect([first.executed, first.outputs.get('a'), await timesRun()]).toEqual([true, 'ada ', 1])
  })

  it('is the same from another folder, by another host, and more urgent', async () => {
    const first = await executeWorkflow(start({ metadata: { user: 'ada' } }))
    const there = await scratchFolder()
    const again = await executeWorkflow(start({ cwd: there, metadata: { user: 'bob' }, priority: 7 }))
    expect([again.runId, again.executed]).toEqual([first.runId, false])
  })

  it('is the same when a default is spelled out', async () => {
    const first = await executeWorkflow(start())
    const again = await executeWorkflow(start({ inputs: { pin: '1' }, arguments: '' }))
    expect(again.runId).toBe(first.runId)
  })

  it.each<[string, Parameters<typeof start>[0], string]>([
    ['another text', { nodes: '- { id: a, bash: echo }' }, 'another text of the workflow'],
    ['another workflow', { workflow: 'name: other\nnodes: [{ id: a, bash: echo }]' }, 'the workflow test'],
    ['other arguments', { arguments: 'now' }, 'other arguments'],
    ['another input', { inputs: { who: 'hunter22' } }, 'another value of the input who'],
  ])('refuses %s, and names the run', async (_what, more, difference) => {
    const { runId } = await executeWorkflow(start())
    const refused = executeWorkflow(start(more))
    await expect(refused).rejects.toMatchObject({
      code: 'already_exists',
      message: expect.stringContaining(difference),
      details: { id: runId },
    })
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('hunter22') })
    expect(await timesRun()).toBe(1)
  })

  it('has its run executed once, however many ask at once', async () => {
    const nodes = `${counting}\n- { id: b, depends_on: [a], bash: sleep 0.2 }`
    const asked = await Promise.allSettled(
      Array.from({ length: 5 }, async (_, n) => await executeWorkflow(start({ nodes, metadata: { n } }))),
    )
    const outcomes = asked.map((each) =>
      each.status === 'fulfilled' ? each.value.executed : each.reason.code,
    )
    expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(1)
    expect(new Set(outcomes.filter((outcome) => outcome !== true))).toEqual(new Set(['run_held']))
    expect([await timesRun(), (await store.listWorkflowRuns({}, { limit: 9 })).items.length]).toEqual([1, 1])
  })

  it('starts a run that was created and never started', async () => {
    const created = await createRun(start({ metadata: { by: 'one that died' } }))
    const result = await executeWorkflow(start())
    expect([created.status, result.runId, result.executed]).toEqual(['pending', created.id, true])
  })

  it('says of a run that waits, and only with `resume` goes on with it', async () => {
    const paused = await executeWorkflow(start({ nodes: gate }))
    const reported = await executeWorkflow(start({ nodes: gate }))
    expect(reported).toMatchObject({ status: 'paused', executed: false, gates: [{ node: 'gate' }] })
    await approveWorkflow({ store, runId: paused.runId })
    expect((await executeWorkflow(start({ nodes: gate }))).status).toBe('paused')
    const resumed = await executeWorkflow(start({ nodes: gate, ifExists: 'resume' }))
    expect(resumed).toMatchObject({ runId: paused.runId, status: 'completed', executed: true })
  })

  it('says of a run that failed, and leaves it failed', async () => {
    const nodes = '- { id: a, bash: test -e mended }'
    const failed = await executeWorkflow(start({ nodes }))
    await writeFile(join(cwd, 'mended'), '')
    const again = await executeWorkflow(start({ nodes }))
    expect(inShort(again)).toEqual({ ...inShort(failed), executed: false })
    expect(again).toMatchObject({ status: 'failed', error: { code: expect.any(String) } })
  })

  it('says of a run that was cancelled', async () => {
    const nodes = '- { id: a, cancel: enough }'
    await executeWorkflow(start({ nodes }))
    expect(await executeWorkflow(start({ nodes }))).toMatchObject({
      status: 'cancelled',
      reason: 'enough',
      executed: false,
    })
  })

  it('is refused before anything is created for what would be refused without', async () => {
    await expect(executeWorkflow(start({ inputs: { whom: 'you' } }))).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect((await store.listWorkflowRuns({}, { limit: 1 })).items).toEqual([])
  })

  it('holds for an id as well', async () => {
    const { idempotencyKey: _, ...byId } = start({ runId: 'nightly' })
    await executeWorkflow(byId)
    expect(await executeWorkflow({ ...byId, cwd: await scratchFolder() })).toMatchObject({
      runId: 'nightly',
      executed: false,
    })
    await expect(executeWorkflow({ ...byId, arguments: 'x' })).rejects.toMatchObject({
      code: 'already_exists',
      message: 'there is a run nightly already, which was started with other arguments',
    })
  })

  it('does not take the run of one key for that of another, nor give a run a taken id', async () => {
    await executeWorkflow(start({ runId: 'one' }))
    await executeWorkflow(start({ runId: 'two', idempotencyKey: 'k2' }))
    for (const runId of ['one', 'two']) {
      const other = runId === 'one' ? 'k2' : 'k'
      await expect(
        executeWorkflow(start({ runId, idempotencyKey: other, cwd: await scratchFolder() })),
      ).rejects.toMatchObject({ code: 'already_exists', message: expect.stringContaining('idempotency key') })
    }
    await expect(executeWorkflow(start({ runId: 'three' }))).resolves.toMatchObject({ runId: 'one' })
  })
})

describe('a start of a run whose executor is gone', () => {
  it('says that it is interrupted, and only with `resume` goes on with it', async () => {
    const bench = await openBench()
    const nodes = '- { id: a, bash: echo done }'
    await leaveBehind(bench, nodes, [])
    const options = { runId: 'lost', ifExists: 'report' } as const
    expect(await bench.run(nodes, options)).toMatchObject({ status: 'interrupted', executed: false })
    expect(await bench.log('lost')).toEqual(['workflow_started'])
    expect(await bench.run(nodes, { runId: 'lost' })).toMatchObject({ status: 'completed', executed: true })
  })
})

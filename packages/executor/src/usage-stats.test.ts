import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IWorkflowStore, NewEvent, RecordedUsage } from '@ion/store'
import { openStore as openFiles } from '@ion/store-fs'
import { MemoryStore } from '@ion/store-testkit'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from './run-fixture.test-support.ts'
import { usageStats } from './usage-stats.ts'

const definition = { format: 'yaml', source: 'name: x', digest: '0'.repeat(64), path: null, files: {} }

/** Makes a run whose log has an event for each list of entries; the last of several attempts succeeded. */
async function makeRun(
  store: IWorkflowStore,
  { id, workflowName, attempts }: { id: string; workflowName: string; attempts: RecordedUsage[][] },
): Promise<void> {
  await store.createWorkflowRun({ id, workflowName, definition })
  const events = attempts.flatMap((usage, index): NewEvent[] => [
    { type: 'node_started', nodeId: 'ask', payload: { attempt: index + 1 } },
    index === attempts.length - 1
      ? { type: 'node_completed', nodeId: 'ask', payload: { output: 'x', usage } }
      : {
          type: 'node_failed',
          nodeId: 'ask',
          payload: { error: { code: 'x', message: 'x' }, willRetry: true, usage },
        },
  ])
  await store.appendEvents(id, {
    commitId: `events of ${id}`,
    expectedSequence: 0,
    events: [{ type: 'workflow_started', payload: {} }, ...events],
  })
}

/** Three runs of two workflows on two days, and one that asks nobody. */
async function openRuns(): Promise<IWorkflowStore> {
  let day = 1
  const store = new MemoryStore({ now: () => new Date(Date.UTC(2026, 0, day, 12)) })
  const both = { number: 1, durationMs: 100, agent: 'claude' }
  await makeRun(store, {
    id: 'r1',
    workflowName: 'review-code',
    attempts: [
      [{ call: { number: 1, durationMs: 30, agent: 'claude', requestedModel: 'big', error: 'timeout' } }],
      [
        { model: 'big', inputTokens: 10, outputTokens: 2, cost: 1, call: both },
        { model: 'small', inputTokens: 5, outputTokens: 1, cost: 0.25, call: both },
      ],
    ],
  })
  await makeRun(store, { id: 'r2', workflowName: 'report', attempts: [[{ call: { number: 1 } }]] })
  day = 2
  await makeRun(store, { id: 'r3', workflowName: 'review-docs', attempts: [[{ model: 'big', cost: 2 }]] })
  await makeRun(store, { id: 'r4', workflowName: 'build', attempts: [] })
  return store
}

const nothing = {
  ...{ runs: 0, calls: 0, failed: 0, inputTokens: 0, outputTokens: 0, cost: 0, durationMs: 0 },
  ...{ unknownTokens: 0, unknownCost: 0 },
}

describe('the usage of many runs', () => {
  it('has totals, and a row for each workflow and model', async () => {
    const { totals, rows } = await usageStats({ store: await openRuns() })
    expect(totals).toEqual({
      ...{ runs: 3, calls: 4, failed: 1, inputTokens: 15, outputTokens: 3, cost: 3.25, durationMs: 130 },
      ...{ unknownTokens: 3, unknownCost: 2 },
    })
    const ofReview = { workflow: 'review-code', runs: 1 }
    expect(rows).toEqual([
      { ...nothing, workflow: 'report', model: null, runs: 1, calls: 1, unknownTokens: 1, unknownCost: 1 },
      {
        ...{ ...ofReview, model: 'big', calls: 2, failed: 1, inputTokens: 10, outputTokens: 2, cost: 1 },
        ...{ durationMs: 130, unknownTokens: 1, unknownCost: 1 },
      },
      {
        ...{ ...ofReview, model: 'small', calls: 1, failed: 0, inputTokens: 5, outputTokens: 1, cost: 0.25 },
        ...{ durationMs: 100, unknownTokens: 0, unknownCost: 0 },
      },
      { ...nothing, workflow: 'review-docs', model: 'big', runs: 1, calls: 1, cost: 2, unknownTokens: 1 },
    ])
  })

  it('is told apart as is asked: by workflow, model, agent or day, or all in one', async () => {
    const store = await openRuns()
    const by = async (...keys: Parameters<typeof usageStats>[0]['by'] & object) =>
      (await usageStats({ store, by: keys })).rows
    expect(await by('workflow')).toMatchObject([
      { workflow: 'report', calls: 1 },
      { workflow: 'review-code', calls: 2, cost: 1.25 },
      { workflow: 'review-docs', calls: 1 },
    ])
    expect(await by('model')).toMatchObject([
      { model: null, runs: 1 },
      { model: 'big', runs: 2, cost: 3 },
      { model: 'small', runs: 1 },
    ])
    expect(await by('agent')).toMatchObject([
      { agent: null, runs: 2 },
      { agent: 'claude', calls: 2 },
    ])
    expect(await by('day')).toMatchObject([
      { day: '2026-01-01', runs: 2, calls: 3 },
      { day: '2026-01-02', runs: 1, calls: 1 },
    ])
    expect(await by()).toMatchObject([{ runs: 3, calls: 4 }])
    expect((await by('day', 'model')).map(({ day, model }) => `${day} ${model}`)).toEqual([
      '2026-01-01 null',
      '2026-01-01 big',
      '2026-01-01 small',
      '2026-01-02 big',
    ])
  })

  it('is only of the workflows whose name begins so', async () => {
    const { totals } = await usageStats({ store: await openRuns(), prefix: 'review-' })
    expect(totals).toMatchObject({ runs: 2, calls: 3, cost: 3.25 })
  })

  it('is only of runs that were created since a time, and before one', async () => {
    const store = await openRuns()
    const noon = { first: '2026-01-01T12:00:00.000Z', second: new Date(Date.UTC(2026, 0, 2, 12)) }
    expect((await usageStats({ store, since: noon.second })).totals.runs).toBe(1)
    expect((await usageStats({ store, until: noon.second })).totals.runs).toBe(2)
    expect((await usageStats({ store, since: noon.first, until: noon.first })).totals).toEqual(nothing)
    expect((await usageStats({ store, since: '2026-01-02' })).totals.runs).toBe(1)
  })

  it('is summed over more runs than a page of them has', async () => {
    const store = new MemoryStore()
    const attempts = [[{ cost: 1, call: { number: 1 } }]]
    for (let n = 0; n < 1_001; n++) await makeRun(store, { id: `r${n}`, workflowName: 'w', attempts })
    expect((await usageStats({ store })).totals).toMatchObject({ runs: 1_001, calls: 1_001, cost: 1_001 })
  })

  it('names the runs whose logs can not be read, and sums the others', async () => {
    const folder = await scratchFolder()
    const store = await openFiles(`file:${folder}`)
    const attempts = [[{ cost: 1 }]]
    for (const id of ['bad', 'good']) await makeRun(store, { id, workflowName: 'w', attempts })
    await store.close()
    await writeFile(join(folder, 'bad/events.jsonl'), '{"format":"no log"}\n'.repeat(500))
    const again = await openFiles(`file:${folder}`)
    const { totals, unreadable, faults } = await usageStats({ store: again })
    expect(totals).toMatchObject({ runs: 1, cost: 1 })
    expect([unreadable, faults]).toEqual([1, [{ runId: 'bad', reason: expect.stringContaining('bad') }]])
    await again.close()
  })

  it('leaves out a run that is deleted meanwhile', async () => {
    const store = await openRuns()
    const { getWorkflowEvents } = store
    store.getWorkflowEvents = async (id, ...others) => {
      await store.deleteWorkflowRun('r1')
      return await getWorkflowEvents.call(store, id, ...others)
    }
    expect((await usageStats({ store })).totals).toMatchObject({ runs: 2, calls: 2 })
  })

  it('is given up when its signal says so', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(usageStats({ store: await openRuns(), signal })).rejects.toThrow('enough')
  })

  it('is not told for what is no time, nor by what there is not', async () => {
    const store = await openRuns()
    await expect(usageStats({ store, since: 'yesterday' })).rejects.toMatchObject({
      code: 'invalid_condition',
    })
    const by: never[] = JSON.parse('["colour"]')
    await expect(usageStats({ store, by })).rejects.toThrow('not by "colour"')
  })
})

import {
  hasLogs,
  type IWorkflowStore,
  type Json,
  LeaseLostError,
  type Logs,
  UnavailableError,
} from '@ion/store'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PromptHandler } from './agent/prompt-handler.ts'
import { approveWorkflow } from './answer.ts'
import { cancelWorkflow } from './cancel.ts'
import type { LogEntry } from './options.ts'
import { resumeWorkflow } from './resume.ts'
import { type Bench, leaveBehind, openBench } from './run-fixture.test-support.ts'

let bench: Bench
let store: IWorkflowStore & Logs
let written: number[]

beforeEach(async () => {
  bench = await openBench()
  if (!hasLogs(bench.store)) throw new Error('the memory store keeps log entries')
  store = bench.store
  written = []
  const write = store.writeLogEntries.bind(store)
  onWriting(async (id, entries) => {
    written.push(entries.length)
    await write(id, entries)
  })
})

/** Does something else when log entries are to be written. */
function onWriting(writeLogEntries: Logs['writeLogEntries']): void {
  Object.assign(store, { writeLogEntries })
}

/** The log of a run in short: `warn a/1: failed`. */
async function logOf(runId: string): Promise<string[]> {
  const entries = await store.listLogEntries(runId, { limit: 1_000 })
  return entries.map(({ level, nodeId, attempt, message }) => {
    const place = nodeId === undefined ? '' : `${nodeId}${attempt === undefined ? '' : `#${attempt}`}: `
    return `${level} ${place}${message}`
  })
}

/** An agent that notes this and answers. */
const noting =
  (...notes: [Parameters<Parameters<PromptHandler>[1]['log']>[0], string, Json?][]): PromptHandler =>
  (_, { log }) => {
    for (const note of notes) log(...note)
    return 'x'
  }

describe('the log of a run', () => {
  it('says why nodes were tried again, failed and were skipped', async () => {
    const { runId } = await bench.run(`- id: flaky
  retry: {max_attempts: 1, delay_ms: 1, on_error: all}
  bash: 'exit 3'
- {id: after, depends_on: flaky, bash: echo}
- {id: may, allow_failure: true, bash: exit 4}
- {id: said, bash: echo a}
- {id: never, depends_on: said, when: "$said.output == 'b'", bash: echo}`)
    const log = await logOf(runId)
    expect(log).toContainEqual(
      expect.stringMatching(/^warn flaky#1: failed: .*3.*; it is tried again at 20\d\d-/),
    )
    expect(log).toContainEqual(expect.stringMatching(/^error flaky#2: failed: .*3/))
    expect(log).toContainEqual(expect.stringMatching(/^warn may#1: failed, as it may: /))
    expect(log).toContainEqual('info after: skipped: flaky failed (all_success)')
    expect(log).toContainEqual("info never: skipped: its condition $said.output == 'b' does not hold")
    expect(log.at(-1)).toMatch(/^error the run failed: flaky: /)
  })

  it('has the facts behind the words as data', async () => {
    const { runId } = await bench.run('- {id: a, bash: exit 3}\n- {id: b, depends_on: a, bash: echo}')
    expect(await store.listLogEntries(runId, { nodeId: 'a', limit: 9 })).toMatchObject([
      { attempt: 1, data: { exitCode: 3, code: expect.any(String) } },
    ])
    expect(await store.listLogEntries(runId, { nodeId: 'b', limit: 9 })).toMatchObject([
      { data: { rule: 'all_success', upstream: [{ node: 'a', status: 'failed' }] } },
    ])
  })

  it('says what waits for whom, and who has answered', async () => {
    const { runId } = await bench.run('- {id: gate, approval: {message: ship it?}}')
    await approveWorkflow({ store, runId, by: 'ann', resume: true })
    expect(await logOf(runId)).toEqual([
      'info gate#1: waits for an answer: ship it?',
      'info the run goes on',
      'info gate: approved by ann',
    ])
  })

  it('says that the run was cancelled, also when nobody held it', async () => {
    const { runId } = await bench.run('- {id: gate, approval: {message: ship it?}}')
    await cancelWorkflow({ store, runId, reason: 'too late' })
    expect((await logOf(runId)).at(-1)).toBe('warn the run was cancelled: too late')
  })

  it('says what was cut short when an executor was lost', async () => {
    const started = { type: 'node_started', nodeId: 'a', payload: { attempt: 1 } } as const
    const runId = await leaveBehind(bench, '- {id: a, bash: echo}', [started])
    await resumeWorkflow({ store, runId })
    expect(await logOf(runId)).toEqual([
      'info the run goes on',
      'warn a#1: cut short: the executor was lost while the node ran; it runs again',
    ])
  })

  it('has what an agent notes, in order, with level, data, node, attempt and the iteration', async () => {
    const nodes = '- {id: refine, loop: {prompt: x, until: DONE, max_iterations: 2}}'
    const { runId } = await bench.run(nodes, {
      prompt: noting(['debug', 'one'], ['warn', 'two', { tokens: 3 }]),
    })
    const found = await store.listLogEntries(runId, { nodeId: 'refine', limit: 9 })
    expect(found.filter(({ message }) => message === 'one' || message === 'two')).toMatchObject([
      { level: 'debug', message: 'one', nodeId: 'refine/1', attempt: 1 },
      { level: 'warn', message: 'two', nodeId: 'refine/1', attempt: 1, data: { tokens: 3 } },
      { level: 'debug', message: 'one', nodeId: 'refine/2', attempt: 1 },
      { level: 'warn', message: 'two', nodeId: 'refine/2', attempt: 1, data: { tokens: 3 } },
    ])
  })

  it('is not written to by a run that has nothing to say', async () => {
    await bench.run('- {id: a, bash: echo}\n- {id: b, depends_on: a, bash: echo}')
    expect(written).toEqual([])
  })

  it('is written in few calls, however much is noted', async () => {
    const notes = Array.from({ length: 2_500 }, (_, index) => ['info', `${index}`] as ['info', string])
    const { runId } = await bench.run('- {id: a, prompt: x}', { prompt: noting(...notes) })
    expect(written.length).toBeLessThanOrEqual(4)
    expect(written.reduce((sum, count) => sum + count, 0)).toBe(2_500)
    expect((await logOf(runId))[999]).toBe('info a#1: 999')
  })

  it('has of an entry that is too large its beginning, and says so', async () => {
    const prompt = noting(['info', 'm'.repeat(70_000), 'x'], ['warn', 'much data', 'd'.repeat(70_000)])
    const { runId } = await bench.run('- {id: a, prompt: x}', { prompt })
    expect(await store.listLogEntries(runId, { limit: 9 })).toMatchObject([
      { message: expect.stringMatching(/^m{4000}… \(cut\)$/), data: { omitted: 'too_large' } },
      { message: 'much data', data: { omitted: 'too_large', bytes: expect.any(Number) } },
    ])
  })

  it('has what JSON makes of data that is none', async () => {
    const data = Object.assign(Object.create(null), { at: new Date(0), none: undefined })
    const { runId } = await bench.run('- {id: a, prompt: x}', { prompt: noting(['info', 'odd', data]) })
    const at = '1970-01-01T00:00:00.000Z'
    expect(await store.listLogEntries(runId, { limit: 9 })).toMatchObject([{ data: { at } }])
  })
})

describe('a log that can not be written', () => {
  const run = async (prompt: PromptHandler) => {
    const told: LogEntry[] = []
    const result = await bench.run('- {id: a, prompt: x}\n- {id: b, depends_on: a, prompt: x}', {
      prompt,
      onLog: (entry) => told.push(entry),
    })
    return { ...result, told: told.filter(({ nodeId }) => nodeId === undefined) }
  }

  it('costs the run nothing, and is told of once', async () => {
    onWriting(async () => {
      throw new UnavailableError('no space left', 'unknown')
    })
    const { status, told } = await run(noting(['info', 'one'], ['info', 'two']))
    expect(status).toBe('completed')
    expect(told).toEqual([
      {
        runId: expect.any(String),
        level: 'warn',
        message: expect.stringMatching(/may lack entries: no space left/),
      },
    ])
  })

  it('says afterwards how many entries were lost', async () => {
    const write = store.writeLogEntries
    const failed = new Promise<void>((resolve) => {
      onWriting(async () => {
        onWriting(write)
        resolve()
        throw new UnavailableError('the answer was lost', 'unknown')
      })
    })
    const { runId } = await run(async ({ nodeId }, { log }) => {
      log('info', `one of ${nodeId}`)
      await failed
      return 'x'
    })
    expect(await logOf(runId)).toEqual(['warn 1 log entry was lost', 'info b#1: one of b'])
  })

  it('keeps as much as can wait in memory, and counts the rest', async () => {
    const { runId, told } = await run(({ nodeId }, { log }) => {
      if (nodeId === 'a') for (let index = 0; index < 10_500; index++) log('info', `${index}`)
      return 'x'
    })
    const all = written.reduce((sum, count) => sum + count, 0)
    expect(all).toBe(10_001)
    expect(await logOf(runId)).toContain('warn 500 log entries were lost')
    expect(told).toMatchObject([{ message: expect.stringContaining('more was noted at once') }])
  })

  it('is written to again with what has not landed', async () => {
    const write = store.writeLogEntries
    onWriting(async () => {
      onWriting(write)
      throw new UnavailableError('the disk was full', 'none')
    })
    const { runId } = await run(({ nodeId }, { log }) => {
      log('info', `one of ${nodeId}`)
      return 'x'
    })
    expect(await logOf(runId)).toEqual(['info a#1: one of a', 'info b#1: one of b'])
  })

  it('is none where the store keeps no log entries', async () => {
    Object.assign(store, { writeLogEntries: undefined })
    const { status } = await run(noting(['info', 'one']))
    expect(status).toBe('completed')
  })
})

describe('what the executor notes of its store', () => {
  const append = () => bench.store.appendEvents.bind(bench.store)

  it('is that it was away, where it came back in time', async () => {
    const real = append()
    const failing: IWorkflowStore['appendEvents'] = async () => {
      Object.assign(store, { appendEvents: real })
      throw new UnavailableError('the server went away', 'none')
    }
    Object.assign(store, { appendEvents: failing })
    const { runId, status } = await bench.run('- {id: a, bash: echo}')
    expect(status).toBe('completed')
    expect(await logOf(runId)).toEqual(['warn the store is away, and is asked again: the server went away'])
  })

  it('is that it has lost the run', async () => {
    Object.assign(store, {
      appendEvents: async () => {
        throw new LeaseLostError('the run is held by another')
      },
    })
    await expect(bench.run('- {id: a, bash: echo}', { runId: 'r' })).rejects.toMatchObject({
      code: 'run_lost',
    })
    expect(await logOf('r')).toEqual(['error this executor lost the run: the run is held by another'])
  })
})

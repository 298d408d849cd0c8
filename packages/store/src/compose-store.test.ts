import { describe, expect, it } from 'vitest'
import { composeStore, readLog } from './compose-store.ts'
import type { Append, StorePrimitives } from './contract.ts'
import { ConflictError, NotFoundError } from './errors.ts'
import type { WorkflowEvent } from './event.ts'
import type { WorkflowRun } from './run.ts'

const unused = () => Promise.reject(new Error('this call was not expected'))

/** Primitives of which only those given may be called. */
const primitivesWith = (given: Partial<StorePrimitives>): StorePrimitives => ({
  abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1_000 },
  ...{ createWorkflowRun: unused, getWorkflowRun: unused, updateRunFields: unused, listWorkflowRuns: unused },
  ...{ deleteWorkflowRun: unused, appendEvents: unused, getWorkflowEvents: unused, readBlob: unused },
  ...{ claimWorkflowRun: unused, renewClaim: unused, sendSignal: unused, getSignals: unused, close: unused },
  ...given,
})

const logOf = (length: number): WorkflowEvent[] =>
  Array.from({ length }, (_, index) => ({
    ...{ type: 'node_started', nodeId: 'a', payload: {} },
    ...{ runId: 'r', sequence: index + 1, timestamp: '2031-01-01T00:00:00.000Z', commitId: 'c' },
  }))

const run: WorkflowRun = {
  ...{
    id: 'r',
    workflowName: 'w',
    status: 'running',
    userMessage: '',
    inputs: {},
    metadata: {},
    priority: 0,
  },
  definition: { format: 'yaml', source: '', digest: 'ab'.repeat(32), path: null, files: {} },
  ...{ idempotencyKey: null, wakeAt: null, error: null, startedAt: null, finishedAt: null, claim: null },
  ...{ createdAt: '2031-01-01T00:00:00.000Z', updatedAt: '2031-01-01T00:00:00.000Z' },
  ...{ lastSequence: 1, lastSignal: 0 },
}

async function all(events: AsyncIterable<WorkflowEvent>): Promise<WorkflowEvent[]> {
  const found: WorkflowEvent[] = []
  for await (const event of events) found.push(event)
  return found
}

describe('readLog', () => {
  it.each([0, 1, 999, 1_000, 1_001, 2_000])('gives every one of %i events once, in order', async (length) => {
    const log = logOf(length)
    const pages = {
      getWorkflowEvents: async (_: string, { after = 0, limit = 0 }) => log.slice(after, after + limit),
    }
    expect(await all(readLog(pages, 'r'))).toEqual(log)
    expect(await all(readLog(pages, 'r', { after: 3 }))).toEqual(log.slice(3))
  })
})

describe('a derived append', () => {
  const event = { type: 'workflow_completed', payload: {} } as const
  const behind = (appends: Append[], conflicts: number): StorePrimitives =>
    primitivesWith({
      getWorkflowRun: async () => ({ ...run, lastSequence: 1 + appends.length }),
      appendEvents: async (_, append) => {
        appends.push(append)
        if (appends.length <= conflicts) throw new ConflictError('behind')
        return { lastSequence: append.expectedSequence + 1, lastSignal: 0, timestamp: run.createdAt }
      },
      getWorkflowEvents: async (_, { after = 0, limit }) => logOf(99).slice(after, after + limit),
    })

  it('looks again when another writer came first, and stays the same commit', async () => {
    const appends: Append[] = []
    const created = await composeStore(behind(appends, 2)).createWorkflowEvent('r', event)
    expect(created.sequence).toBe(4)
    expect(appends.map(({ expectedSequence }) => expectedSequence)).toEqual([1, 2, 3])
    expect(new Set(appends.map(({ commitId }) => commitId)).size).toBe(1)
  })

  it('gives up when others come first again and again', async () => {
    const appends: Append[] = []
    const creating = composeStore(behind(appends, Number.POSITIVE_INFINITY)).createWorkflowEvent('r', event)
    await expect(creating).rejects.toMatchObject({ code: 'conflict' })
    expect(appends.length).toBeGreaterThan(5)
  })

  it('hands every other refusal on at once', async () => {
    const store = composeStore(
      primitivesWith({
        getWorkflowRun: async () => run,
        appendEvents: async () => {
          throw new NotFoundError('deleted')
        },
      }),
    )
    await expect(store.createWorkflowEvent('r', event)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('carries the signal that gives it up into every call', async () => {
    const { signal } = new AbortController()
    const seen: (AbortSignal | undefined)[] = []
    const store = composeStore(
      primitivesWith({
        getWorkflowRun: async (_, options) => {
          seen.push(options?.signal)
          return run
        },
        appendEvents: async (_, __, options) => {
          seen.push(options?.signal)
          return { lastSequence: 2, lastSignal: 0, timestamp: run.createdAt }
        },
      }),
    )
    await store.failWorkflowRun('r', { code: 'x', message: 'x' }, { signal })
    expect(seen).toEqual([signal, signal, signal])
  })
})

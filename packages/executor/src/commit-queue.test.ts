import {
  type Append,
  currentOwner,
  type IWorkflowStore,
  LeaseLostError,
  type NewEvent,
  UnavailableError,
  type WorkflowEvent,
} from '@ion/store'
import { openStore } from '@ion/store-testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { CommitQueue } from './commit-queue.ts'

const definition = { format: 'yaml', source: '', digest: '0'.repeat(64), path: null, files: {} }

function started(nodeId: string): NewEvent {
  return { type: 'node_started', nodeId, payload: { attempt: 1 } }
}

describe('the commit queue', () => {
  let store: IWorkflowStore
  let appends: Append[]
  let committed: WorkflowEvent[]
  let losses: unknown[]
  /** Answers an append in place of the store, when it gives something. */
  let fault: (append: Append) => Error | undefined
  let queue: CommitQueue

  beforeEach(async () => {
    store = await openStore('memory:')
    appends = []
    committed = []
    losses = []
    fault = () => undefined
    await store.createWorkflowRun({ id: 'r', workflowName: 'w', definition })
    const claimed = await store.claimWorkflowRun('r', currentOwner(), 10_000, {
      commitId: 'start',
      expectedSequence: 0,
      events: [{ type: 'workflow_started', payload: {} }],
    })
    if (!claimed) throw new Error('the run is free')
    const original = store.appendEvents.bind(store)
    const watched: IWorkflowStore = Object.assign(Object.create(store), {
      appendEvents: async (id: string, append: Append) => {
        appends.push(append)
        const error = fault(append)
        if (error) throw error
        return await original(id, append)
      },
    })
    queue = new CommitQueue({
      store: watched,
      runId: 'r',
      claim: claimed.claim,
      lastSequence: claimed.lastSequence,
      lastSignal: claimed.lastSignal,
      patienceMs: 1_000,
      onCommitted: (events) => committed.push(...events),
      onSignal: () => {},
      onLost: (error) => losses.push(error),
    })
  })

  it('puts events that wait at the same time into one append, in order of arrival', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => queue.enqueue([started(id)])))
    expect(appends).toHaveLength(1)
    expect(committed.map(({ nodeId, sequence }) => `${nodeId} ${sequence}`)).toEqual(['a 2', 'b 3', 'c 4'])
  })

  it('has one append in flight, and gathers meanwhile', async () => {
    const first = queue.enqueue([started('a')])
    await Promise.resolve()
    await Promise.resolve()
    const rest = ['b', 'c', 'd'].map((id) => queue.enqueue([started(id)]))
    await Promise.all([first, ...rest])
    expect(appends.map(({ events }) => events.map(({ nodeId }) => nodeId))).toEqual([['a'], ['b', 'c', 'd']])
  })

  it('refuses an event that the store could not take, and spares its neighbours', async () => {
    const good = queue.enqueue([started('a')])
    const tooLarge: NewEvent = {
      type: 'node_completed',
      nodeId: 'b',
      payload: { output: 'x'.repeat(20_000_000) },
    }
    expect(() => queue.enqueue([tooLarge])).toThrow(expect.objectContaining({ code: 'too_large' }))
    await good
    await queue.enqueue([started('c')])
    expect(committed.map(({ nodeId }) => nodeId)).toEqual(['a', 'c'])
  })

  it('repeats an append whose fate is unknown, under the same commit id, and sends nothing else meanwhile', async () => {
    let failures = 2
    fault = () => (failures-- > 0 ? new UnavailableError('no answer', 'unknown') : undefined)
    await Promise.all([queue.enqueue([started('a')]), queue.idle()])
    expect(new Set(appends.map(({ commitId }) => commitId)).size).toBe(1)
    expect(appends).toHaveLength(3)
    expect(committed.map(({ nodeId }) => nodeId)).toEqual(['a'])
  })

  it('gives the run up when the store stays away', async () => {
    fault = () => new UnavailableError('disk full', 'none')
    await expect(queue.enqueue([started('a')])).rejects.toThrow('disk full')
    expect(losses).toHaveLength(1)
  })

  it('is lost with its lease: everything that waits is refused, and all that comes later', async () => {
    fault = () => new LeaseLostError('taken over')
    const waiting = [queue.enqueue([started('a')]), queue.enqueue([started('b')])]
    for (const durable of waiting) await expect(durable).rejects.toThrow('taken over')
    await expect(queue.enqueue([started('c')])).rejects.toThrow('taken over')
    expect(appends).toHaveLength(1)
    expect(losses).toHaveLength(1)
  })

  it('does not end a run over a signal that was not seen', async () => {
    await store.sendSignal('r', { id: 's', kind: 'cancel' })
    const ending = { events: [{ type: 'workflow_completed', payload: {} } satisfies NewEvent] }
    expect(await queue.finish(ending, 0)).toBe(false)
    expect((await store.getWorkflowRun('r'))?.status).toBe('running')
    expect(await queue.finish(ending, 1)).toBe(true)
    expect(await store.getWorkflowRun('r')).toMatchObject({ status: 'completed', claim: null })
  })

  it('writes what was kept back for the end with it', async () => {
    queue.hold()
    const durable = queue.enqueue([started('a')])
    expect(await queue.finish({ events: [{ type: 'workflow_completed', payload: {} }] }, 0)).toBe(true)
    await durable
    expect(appends.map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['node_started', 'workflow_completed'],
    ])
  })

  it('writes what was kept back for an end that does not come', async () => {
    await store.sendSignal('r', { id: 's', kind: 'cancel' })
    queue.hold()
    const durable = queue.enqueue([started('a')])
    expect(await queue.finish({ events: [{ type: 'workflow_completed', payload: {} }] }, 0)).toBe(false)
    await durable
    expect(committed.map(({ type, sequence }) => `${type} ${sequence}`)).toEqual(['node_started 2'])
  })

  it('writes what was kept back before the end where it is too much for one append', async () => {
    queue.hold()
    const many = Array.from({ length: 600 }, (_, index) => queue.enqueue([started(`n${index}`)]))
    expect(await queue.finish({ events: [{ type: 'workflow_completed', payload: {} }] }, 0)).toBe(true)
    await Promise.all(many)
    expect(appends.map(({ events }) => events.length)).toEqual([500, 100, 1])
  })

  it('is lost with what was kept back', async () => {
    fault = () => new LeaseLostError('taken over')
    queue.hold()
    const durable = queue.enqueue([started('a')])
    const ending = queue.finish({ events: [{ type: 'workflow_completed', payload: {} }] }, 0)
    await expect(ending).rejects.toThrow('taken over')
    await expect(durable).rejects.toThrow('taken over')
  })
})

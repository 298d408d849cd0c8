import { randomUUID } from 'node:crypto'
import { currentOwner } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { describeStore } from './describe-store.ts'
import { MemoryStore } from './memory-store.ts'
import { openStore } from './open-memory-store.ts'
import { runStarted } from './sample-events.ts'
import { claimBatch, newCancel, newRun } from './sample-runs.ts'

describeStore(
  {
    name: 'MemoryStore',
    module: new URL('./open-memory-store.ts', import.meta.url).href,
    url: () => `memory:${randomUUID()}`,
    abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 },
    offers: ['annotations', 'annotation import', 'change hints', 'feed', 'imports', 'logs'],
  },
  { describe, it },
)

describe('the clock of a MemoryStore', () => {
  it('ends leases as it is moved, without waiting', async () => {
    let now = new Date('2031-01-01T00:00:00.000Z')
    const store = new MemoryStore({ now: () => now })
    const { id } = await store.createWorkflowRun(newRun())
    const claimed = await store.claimWorkflowRun(id, currentOwner(), 60_000, claimBatch(0))
    expect(claimed?.claim.expiresAt).toBe('2031-01-01T00:01:00.000Z')
    now = new Date('2031-01-01T00:00:59.999Z')
    expect((await store.getWorkflowRun(id))?.claim?.state).toBe('live')
    now = new Date('2031-01-01T00:01:00.000Z')
    expect((await store.getWorkflowRun(id))?.claim?.state).toBe('expired')
  })

  it('stamps runs, events and signals', async () => {
    const time = '2031-01-01T00:00:00.000Z'
    const store = new MemoryStore({ now: () => new Date(time) })
    const { id, createdAt } = await store.createWorkflowRun(newRun())
    const event = await store.createWorkflowEvent(id, runStarted())
    const signal = await store.sendSignal(id, newCancel())
    expect([createdAt, event.timestamp, signal.sentAt]).toEqual([time, time, time])
  })
})

describe('claiming a run of a MemoryStore', () => {
  it('is refused when the run would not be running', async () => {
    const store = new MemoryStore()
    const { id } = await store.createWorkflowRun(newRun())
    const claiming = store.claimWorkflowRun(id, currentOwner(), 60_000, claimBatch(0, []))
    await expect(claiming).rejects.toMatchObject({ code: 'invalid_transition' })
  })
})

describe('opening a memory store', () => {
  it('gives handles of one name the same runs', async () => {
    const name = `memory:${randomUUID()}`
    const [one, two] = [await openStore(name), await openStore(name)]
    const { id } = await one.createWorkflowRun(newRun())
    expect((await two.getWorkflowRun(id))?.id).toBe(id)
  })

  it('gives each nameless handle runs of its own', async () => {
    const [one, two] = [await openStore('memory:'), await openStore('memory:')]
    const { id } = await one.createWorkflowRun(newRun())
    expect(await two.getWorkflowRun(id)).toBeNull()
  })

  it('refuses a URL of another scheme', async () => {
    await expect(openStore('file:runs')).rejects.toMatchObject({ code: 'invalid_record' })
  })

  it('takes a limit for the size of events', async () => {
    const store = await openStore('memory:', { maxEventBytes: 100 })
    const { id } = await store.createWorkflowRun(newRun())
    const large = runStarted({ note: 'x'.repeat(100) })
    await expect(store.createWorkflowEvent(id, large)).rejects.toMatchObject({ code: 'too_large' })
  })
})

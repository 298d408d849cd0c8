import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { newRun, scratchFolder } from './scratch.test-support.ts'
import { SqliteStore } from './sqlite-store.ts'

const file = scratchFolder()

describe('a file that another connection is writing to', () => {
  it('is waited for, and the event loop goes on meanwhile, however many calls wait', async () => {
    const store = new SqliteStore({ file: file('busy.db'), busyTimeoutMs: 5_000 })
    await store.createWorkflowRun(newRun('run'))
    const other = new Database(file('busy.db'))
    other.exec('begin immediate')
    const signals = Array.from({ length: 50 }, (_, index) =>
      store.sendSignal('run', { id: `${index}`, kind: 'cancel' }),
    )
    // Were the loop blocked by each call in turn, this would take longer than the calls have patience.
    for (let turns = 0; turns < 40; turns++) await sleep(1)
    other.exec('commit')
    const sent = await Promise.all(signals)
    expect(sent.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    )
    other.close()
    await store.close()
  })

  it('is given up as unavailable when the time for that is over, without effect', async () => {
    const store = new SqliteStore({ file: file('held.db'), busyTimeoutMs: 50 })
    await store.createWorkflowRun(newRun('run'))
    const other = new Database(file('held.db'))
    other.exec('begin exclusive')
    const refusal = { code: 'unavailable', outcome: 'none' }
    await expect(store.sendSignal('run', { id: 's', kind: 'cancel' })).rejects.toMatchObject(refusal)
    await expect(store.updateWorkflowRun('run', { priority: 1 })).rejects.toMatchObject(refusal)
    expect(await store.getWorkflowRun('run')).toMatchObject({ priority: 0, lastSignal: 0 })
    other.exec('commit')
    expect(await store.sendSignal('run', { id: 's', kind: 'cancel' })).toMatchObject({ sequence: 1 })
    other.close()
    await store.close()
  })

  it('is waited for at its opening too, when it still has to become one with a log', async () => {
    const other = new Database(file('old.db'))
    other.exec('create table host (a)')
    other.exec('begin exclusive')
    const store = new SqliteStore({ file: file('old.db') })
    const ready = store.ready()
    await sleep(50)
    other.exec('commit')
    other.close()
    await ready
    expect(await store.getWorkflowRun('run')).toBe(null)
    await store.close()
  })

  it('may be the same handle, which migrates while it is asked for more', async () => {
    for (let round = 0; round < 5; round++) {
      const store = new SqliteStore({ file: file(`race-${round}.db`) })
      const calls = [
        store.migrate(),
        store.createWorkflowRun(newRun('a')),
        store.migrate(),
        store.createWorkflowRun(newRun('b')),
        store.migrate(),
      ]
      await Promise.all(calls)
      expect((await store.listWorkflowRuns({}, { limit: 10 })).items).toHaveLength(2)
      await store.close()
    }
  })

  it('may belong to another store of this process', async () => {
    const stores = [1, 2, 3].map(() => new SqliteStore({ file: file('shared.db') }))
    const [first] = stores
    await first?.createWorkflowRun(newRun('run'))
    const signals = Array.from({ length: 60 }, (_, index) =>
      stores[index % 3]?.sendSignal('run', { id: `${index}`, kind: 'cancel' }),
    )
    const sent = await Promise.all(signals)
    expect(new Set(sent.map((signal) => signal?.sequence)).size).toBe(60)
    for (const store of stores) await store.close()
  })
})

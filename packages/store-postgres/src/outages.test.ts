import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import {
  append,
  completed,
  endSessions,
  endWaiters,
  newRun,
  ownDatabase,
  started,
  whileRowChanges,
} from './database.test-support.ts'
import { PostgresStore, type PostgresStoreOptions } from './postgres-store.ts'

const { admin, url } = await ownDatabase()
const local = await runsHere()
const opened: PostgresStore[] = []
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
})

async function open(options: PostgresStoreOptions = {}): Promise<PostgresStore> {
  const store = new PostgresStore({ connectionString: url, ...options })
  opened.push(store)
  await store.ready()
  return store
}

/** Whether the server's processes are among those of this machine. */
async function runsHere(): Promise<boolean> {
  const { rows } = await admin.query<{ pid: number }>('select pg_backend_pid() as pid')
  try {
    return readFileSync(`/proc/${rows[0]?.pid}/comm`, 'utf8').trim() === 'postgres'
  } catch {
    return false
  }
}

/** Stops the one session of a store until the work is done, as a machine does that no longer answers. */
async function whileSilent<Result>(work: () => Promise<Result>): Promise<Result> {
  const { rows } = await admin.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and application_name = 'ion' and state = 'idle'`,
  )
  for (const { pid } of rows) process.kill(pid, 'SIGSTOP')
  try {
    return await work()
  } finally {
    for (const { pid } of rows) process.kill(pid, 'SIGCONT')
  }
}

const unavailable = (outcome: 'none' | 'unknown') => ({ code: 'unavailable', outcome })

describe('a session that is ended', () => {
  it('between calls concerns at most one of them, and nothing is lost', async () => {
    const store = await open()
    await store.createWorkflowRun(newRun('idle'))
    for (let last = 0; last < 10; last++) {
      await endSessions(admin)
      const next = last === 0 ? append(0, started) : append(last, completed('x'))
      const result = await store.appendEvents('idle', next).catch(() => store.appendEvents('idle', next))
      expect(result.lastSequence).toBe(last + 1)
    }
    expect(await store.getWorkflowEvents('idle', { limit: 100 })).toHaveLength(10)
  })

  it('amid an append leaves its outcome unknown, which the same append settles', async () => {
    const store = await open()
    await store.createWorkflowRun(newRun('amid'))
    const first = append(0, started)
    const appending = whileRowChanges(
      admin,
      { id: 'amid', waiting: 1 },
      () => store.appendEvents('amid', first),
      () => endWaiters(admin),
    )
    await expect(appending).rejects.toMatchObject(unavailable('unknown'))
    expect(await store.appendEvents('amid', first)).toMatchObject({ lastSequence: 1 })
    expect(await store.getWorkflowEvents('amid', { limit: 10 })).toHaveLength(1)
  })

  it('amid a deletion leaves all of the run or nothing', async () => {
    const store = await open()
    await store.createWorkflowRun(newRun('half'))
    await store.appendEvents('half', append(0, started))
    const deleting = whileRowChanges(
      admin,
      { id: 'half', waiting: 1 },
      () => store.deleteWorkflowRun('half'),
      () => endWaiters(admin),
    )
    await expect(deleting).rejects.toMatchObject(unavailable('unknown'))
    expect(await store.getWorkflowEvents('half', { limit: 10 })).toHaveLength(1)
    await store.deleteWorkflowRun('half')
    expect(await store.getWorkflowRun('half')).toBe(null)
  })
})

describe.skipIf(!local)('a server of this machine that does not answer', () => {
  const options = { queryTimeoutMs: 400, maxConnections: 1 }

  it('leaves a write unknown and a read without effect, and the next call gets another session', async () => {
    const store = await open(options)
    await store.createWorkflowRun(newRun('silent'))
    const first = append(0, started)
    await whileSilent(async () => {
      await expect(store.appendEvents('silent', first)).rejects.toMatchObject(unavailable('unknown'))
    })
    expect(await store.appendEvents('silent', first)).toMatchObject({ lastSequence: 1 })
    await whileSilent(async () => {
      await expect(store.getWorkflowRun('silent')).rejects.toMatchObject(unavailable('none'))
      expect(await store.getWorkflowRun('silent')).toMatchObject({ lastSequence: 1 })
    })
  })

  it('does not keep a store from being closed', async () => {
    const store = await open(options)
    await whileSilent(async () => {
      const deleting = store.deleteWorkflowRun('none')
      await store.close()
      await expect(deleting).rejects.toMatchObject(unavailable('unknown'))
    })
  })
})

describe('a row that stays locked', () => {
  it('is given up as unavailable, and its transaction with it', async () => {
    const store = await open({ queryTimeoutMs: 300, busyTimeoutMs: 300 })
    await store.createWorkflowRun(newRun('locked'))
    const holder = await admin.connect()
    await holder.query('begin')
    await holder.query(`select 1 from workflow_runs where id = 'locked' for update`)
    const calls = [
      () => store.appendEvents('locked', append(0, started)),
      () => store.updateWorkflowRun('locked', { metadata: { a: 1 } }),
      () => store.deleteWorkflowRun('locked'),
      () => store.sendSignal('locked', { id: 's', kind: 'cancel' }),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject(unavailable('unknown'))
    await endWaiters(admin)
    await holder.query('commit')
    holder.release()
    expect(await store.getWorkflowRun('locked')).toMatchObject({
      lastSequence: 0,
      lastSignal: 0,
      metadata: {},
    })
  })
})

describe('a pool', () => {
  it('with one connection serves any number of calls', async () => {
    const store = await open({ maxConnections: 1 })
    await store.createWorkflowRun(newRun('queue'))
    const calls = Array.from({ length: 60 }, (_, index) => [
      store.sendSignal('queue', { id: `${index}`, kind: 'cancel' }),
      store.updateWorkflowRun('queue', { metadata: { index } }),
      store.getWorkflowRun('queue'),
    ])
    await Promise.all(calls.flat())
    expect(await store.getWorkflowRun('queue')).toMatchObject({ lastSignal: 60 })
  })

  it('that has no connection to give says so without effect', async () => {
    const store = await open({ maxConnections: 1, connectTimeoutMs: 200 })
    await store.createWorkflowRun(newRun('full'))
    const settled = await whileRowChanges(
      admin,
      { id: 'full', waiting: 1 },
      () =>
        Promise.allSettled([
          store.appendEvents('full', append(0, started)),
          store.appendEvents('full', append(0, started)),
        ]),
      () => sleep(400),
    )
    expect(settled).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: unavailable('none') },
    ])
  })

  it('is closed after the calls that are under way', async () => {
    const store = await open()
    await store.createWorkflowRun(newRun('closing'))
    const calls = Array.from({ length: 30 }, (_, index) =>
      store.sendSignal('closing', { id: `${index}`, kind: 'cancel' }),
    )
    await store.close()
    expect(await Promise.all(calls)).toHaveLength(30)
    await expect(store.getWorkflowRun('closing')).rejects.toMatchObject(unavailable('none'))
  })
})

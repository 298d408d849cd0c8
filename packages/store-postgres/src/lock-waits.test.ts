import { afterAll, describe, expect, it } from 'vitest'
import {
  append,
  completed,
  newRun,
  ownDatabase,
  owner,
  started,
  whileRowChanges,
} from './database.test-support.ts'
import { PostgresStore } from './postgres-store.ts'

const { admin, url } = await ownDatabase()
const store = new PostgresStore({ connectionString: url, maxConnections: 40 })
await store.ready()
afterAll(() => store.close())

async function claimed(id: string, ttlMs = 60_000) {
  await store.createWorkflowRun(newRun(id))
  const grant = await store.claimWorkflowRun(id, owner, ttlMs, append(0, started))
  if (!grant) throw new Error('nobody holds the run')
  return grant.claim
}

/** The claim of a run ends, as it would by itself. */
const expire = (id: string) =>
  admin.query(
    `select pg_sleep(greatest(0, extract(epoch from claim_expires_at - clock_timestamp())) + 0.01) from workflow_runs where id = $1`,
    [id],
  )

async function tablesWith(id: string): Promise<string[]> {
  const tables = ['run_contents', 'events', 'node_outputs', 'commits', 'signals', 'blobs']
  const found: string[] = []
  for (const table of tables) {
    const { rowCount } = await admin.query(`select 1 from workflow_${table} where run_id = $1 limit 1`, [id])
    if (rowCount) found.push(table)
  }
  return found
}

const codeOf = (settled: PromiseSettledResult<unknown>) =>
  settled.status === 'fulfilled' ? 'done' : settled.reason.code

describe('a write that waits for a run which is being changed', () => {
  it('does not land once the claim has expired meanwhile', async () => {
    const claim = await claimed('late', 600)
    const work = () => store.appendEvents('late', { ...append(1, completed('x')), claim })
    const landing = whileRowChanges(admin, { id: 'late', waiting: 1 }, work, () => expire('late'))
    await expect(landing).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await store.getWorkflowRun('late')).toMatchObject({ lastSequence: 1 })
  })

  it('does not renew a claim that has expired meanwhile', async () => {
    const claim = await claimed('renewed', 600)
    const work = () => store.renewClaim('renewed', claim, 60_000)
    const renewing = whileRowChanges(admin, { id: 'renewed', waiting: 1 }, work, () => expire('renewed'))
    await expect(renewing).rejects.toMatchObject({ code: 'lease_lost' })
  })

  it('renews a claim from when it is its turn', async () => {
    const claim = await claimed('turn')
    const work = () => store.renewClaim('turn', claim, 1_000)
    let turn = ''
    const renewed = await whileRowChanges(admin, { id: 'turn', waiting: 1 }, work, async () => {
      const { rows } = await admin.query(
        `select to_char(clock_timestamp() at time zone 'UTC' + interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as turn`,
      )
      turn = rows[0].turn
    })
    expect(renewed.expiresAt >= turn).toBe(true)
  })

  it('lands once, whoever of many comes first', async () => {
    await store.createWorkflowRun(newRun('many'))
    const appends = Array.from({ length: 12 }, () => append(0, started))
    const settled = await whileRowChanges(admin, { id: 'many', waiting: 8 }, () =>
      Promise.allSettled(appends.map((one) => store.appendEvents('many', one))),
    )
    expect(settled.map(codeOf).sort()).toEqual([...Array(11).fill('conflict'), 'done'])
  })

  it('is granted to one of many', async () => {
    await store.createWorkflowRun(newRun('granted'))
    const grants = await whileRowChanges(admin, { id: 'granted', waiting: 8 }, () =>
      Promise.all(
        Array.from({ length: 12 }, () =>
          store.claimWorkflowRun('granted', owner, 60_000, append(0, started)),
        ),
      ),
    )
    expect(grants.filter((grant) => grant !== null)).toHaveLength(1)
  })

  it('is counted once when the same commit waits many times', async () => {
    await store.createWorkflowRun(newRun('same'))
    const same = append(0, started, completed('x'))
    const results = await whileRowChanges(admin, { id: 'same', waiting: 8 }, () =>
      Promise.all(Array.from({ length: 12 }, () => store.appendEvents('same', same))),
    )
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1)
    expect(await store.getWorkflowEvents('same', { limit: 10 })).toHaveLength(2)
  })

  it('finds no run once that was deleted, and leaves nothing behind', async () => {
    await store.createWorkflowRun(newRun('deleted'))
    await store.appendEvents('deleted', append(0, started))
    const settled = await whileRowChanges(admin, { id: 'deleted', waiting: 5 }, () =>
      Promise.allSettled([
        store.deleteWorkflowRun('deleted'),
        store.appendEvents('deleted', append(1, completed('x'))),
        store.sendSignal('deleted', { id: 's', kind: 'cancel' }),
        store.updateWorkflowRun('deleted', { priority: 1 }),
        store.claimWorkflowRun('deleted', owner, 60_000, append(1, started)),
      ]),
    )
    // Whoever came before the deletion has done its work, unless it was a claim: then there is no deletion.
    const codes = settled.map(codeOf)
    if (codes[0] === 'lease_lost') return
    expect(await store.getWorkflowRun('deleted')).toBe(null)
    expect(await tablesWith('deleted')).toEqual([])
  })
})

describe.each(['read committed', 'repeatable read', 'serializable'])(
  'where transactions are %s',
  (isolation) => {
    const id = (name: string) => `${name} ${isolation}`.replaceAll(' ', '-')
    const open = () => {
      const isolated = new URL(url)
      const value = isolation.replaceAll(' ', '\\ ')
      isolated.searchParams.set('options', `-c default_transaction_isolation=${value}`)
      return new PostgresStore({ connectionString: isolated.href, maxConnections: 12 })
    }

    it('twelve writers append to one run as one after the other', async () => {
      const writers = open()
      await writers.createWorkflowRun(newRun(id('log')))
      await writers.createWorkflowEvent(id('log'), started)
      const append = () => writers.createWorkflowEvent(id('log'), completed('x'))
      await Promise.all(Array.from({ length: 12 }, append))
      const events = await writers.getWorkflowEvents(id('log'), { limit: 100 })
      expect(events.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 13 }, (_, index) => index + 1),
      )
      const timestamps = events.map(({ timestamp }) => timestamp)
      expect(timestamps).toEqual([...timestamps].sort())
      await writers.close()
    })

    it('no signal and no member of the metadata is lost', async () => {
      const writers = open()
      await writers.createWorkflowRun(newRun(id('fields')))
      const calls = Array.from({ length: 12 }, (_, index) => [
        writers.sendSignal(id('fields'), { id: `${index}`, kind: 'cancel' }),
        writers.updateWorkflowRun(id('fields'), { metadata: { [`m${index}`]: index } }),
      ])
      await Promise.all(calls.flat())
      const run = await writers.getWorkflowRun(id('fields'))
      expect(run?.lastSignal).toBe(12)
      expect(Object.keys(run?.metadata ?? {})).toHaveLength(12)
      await writers.close()
    })

    it('a run that is deleted and created again and again leaves nothing of one in the next', async () => {
      const writers = open()
      const name = id('again')
      const create = () => writers.createWorkflowRun(newRun(name))
      for (let round = 0; round < 8; round++) {
        await create()
        const settled = await Promise.allSettled([
          writers.appendEvents(name, append(0, started, completed('x'))),
          writers.deleteWorkflowRun(name),
          writers.sendSignal(name, { id: `s${round}`, kind: 'cancel' }),
          create(),
          writers.updateWorkflowRun(name, { metadata: { round } }),
          writers.deleteWorkflowRun(name),
          create(),
          writers.appendEvents(name, append(0, started)),
        ])
        for (const code of settled.map(codeOf)) expect(['done', 'not_found', 'conflict']).toContain(code)
        const run = await writers.getWorkflowRun(name)
        const { rows } = await admin.query(
          `select (select count(*)::int from workflow_events where run_id = $1) as events,
          (select count(*)::int from workflow_signals where run_id = $1) as signals`,
          [name],
        )
        expect(rows).toEqual([{ events: run?.lastSequence ?? 0, signals: run?.lastSignal ?? 0 }])
        await writers.deleteWorkflowRun(name)
        expect(await tablesWith(name)).toEqual([])
      }
      await writers.close()
    })
  },
)

describe('fields and definition that change at once', () => {
  it('both land, although the rows are taken in another order', async () => {
    for (let round = 0; round < 5; round++) {
      const id = `crossing-${round}`
      const { definition } = await store.createWorkflowRun(newRun(id))
      const other = { ...definition, source: 'other' }
      await Promise.all([
        ...[1, 2, 3].map((member) => store.updateWorkflowRun(id, { metadata: { [`m${member}`]: member } })),
        store.appendEvents(id, { ...append(0, started), run: { definition: other } }),
        store.updateWorkflowRun(id, { metadata: { m4: 4 } }),
      ])
      const run = await store.getWorkflowRun(id)
      expect([run?.definition.source, run?.lastSequence]).toEqual(['other', 1])
      expect(run?.metadata).toEqual({ m1: 1, m2: 2, m3: 3, m4: 4 })
    }
  })
})

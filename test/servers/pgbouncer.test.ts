import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { pgbouncerOrNot } from './environment.ts'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'

const pgbouncer = pgbouncerOrNot()

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function connected(url: string): Promise<Client> {
  const client = new Client(url)
  await client.connect()
  cleanups.push(() => client.end())
  return client
}

async function database(): Promise<FreshDatabase> {
  const fresh = await freshDatabase()
  cleanups.push(fresh.cleanup)
  return fresh
}

/** The same database and user, by way of pgbouncer. */
function behindPgbouncer(url: string): string {
  const through = new URL(url)
  through.host = new URL(pgbouncer.url ?? '').host
  return through.href
}

/** Begins a transaction and tells the process of the server that has it. */
async function begin(client: Client): Promise<number> {
  await client.query('begin')
  return (await client.query('select pg_backend_pid() pid')).rows[0].pid
}

describe.skipIf(pgbouncer.missing)(`pgbouncer in transaction mode${pgbouncer.missing ?? ''}`, () => {
  it('serves many clients over four connections', async () => {
    const url = behindPgbouncer((await database()).url)
    const clients = await Promise.all(Array.from({ length: 40 }, () => connected(url)))
    const asked = clients.map((client) => client.query('select pg_backend_pid() pid, pg_sleep(0.01)'))
    const pids = (await Promise.all(asked)).map(({ rows }) => rows[0].pid)
    expect(new Set(pids).size).toBeLessThanOrEqual(4)
    expect(pids).toHaveLength(40)
  })

  it('gives a client another connection in its next transaction, so that what is prepared is not there', async () => {
    const url = behindPgbouncer((await database()).url)
    const client = await connected(url)
    const prepared = { name: 'answer', text: 'select 42 answer' }
    const pid = await begin(client)
    expect((await client.query(prepared)).rows).toEqual([{ answer: 42 }])
    await client.query('commit')

    // Others take all four connections, and whoever has got the one from before keeps it.
    const others = await Promise.all(Array.from({ length: 4 }, () => connected(url)))
    const pids = await Promise.all(others.map(begin))
    expect(pids).toContain(pid)
    await Promise.all(others.filter((_, i) => pids[i] !== pid).map((other) => other.query('commit')))

    await expect(client.query(prepared)).rejects.toMatchObject({ code: '26000' })
  })

  it('knows databases and roles that were made after it was started', async () => {
    const fresh = await database()
    const { role, url } = await fresh.role()
    const client = await connected(behindPgbouncer(url))
    const { rows } = await client.query('select current_user, current_database()')
    expect(rows).toEqual([{ current_user: role, current_database: fresh.database }])
  })

  it('lets nobody in without the password', async () => {
    const url = new URL(pgbouncer.url ?? '')
    url.password = 'wrong'
    await expect(new Client(url.href).connect()).rejects.toThrow('SASL authentication failed')
  })
})

import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from './postgres.ts'

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

describe('a throwaway Postgres', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  it('is Postgres 18, durable, and on 127.0.0.1 alone', async () => {
    const settings = "current_setting('fsync') fsync, current_setting('synchronous_commit') commit"
    const asked = `select ${settings}, current_setting('listen_addresses') hosts, version()`
    expect(await query(server.url, asked)).toEqual([
      { fsync: 'on', commit: 'on', hosts: '127.0.0.1', version: expect.stringMatching(/^PostgreSQL 18[.]/) },
    ])
  })

  it('lets nobody in without the password', async () => {
    const url = new URL(server.url)
    url.password = 'wrong'
    await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  it('has what was committed, and only that, after each SIGKILL of its postmaster', async () => {
    await query(server.url, 'create table rows (n int)')
    for (let n = 1; n <= 3; n++) {
      const client = new Client(server.url)
      client.on('error', () => {})
      await client.connect()
      await client.query(`insert into rows values (${n})`)
      await client.query('begin')
      await client.query('insert into rows values (-1)')

      const { pid } = server
      await server.kill('SIGKILL')
      expect(server.pid).toBeUndefined()
      await server.start()
      expect(server.pid).not.toBe(pid)

      const committed = Array.from({ length: n }, (_, i) => ({ n: i + 1 }))
      expect(await query(server.url, 'select n from rows order by n')).toEqual(committed)
    }
  })

  it('waits with the start for what a killed postmaster has left running', async () => {
    const client = new Client(server.url)
    client.on('error', () => {})
    await client.connect()
    await client.query('create table slow (n bigint)')
    const busy = client.query('insert into slow select count(*) from generate_series(1, 2000000)')
    busy.catch(() => {})
    await sleep(20)
    await server.kill('SIGKILL')
    await server.start()
    const [before] = await query(server.url, 'select count(*)::int from slow')
    await busy.catch(() => {})
    expect(await query(server.url, 'select count(*)::int from slow')).toEqual([before])
  })

  it('refuses to start twice', async () => {
    await expect(server.start()).rejects.toThrow('postgres is already running')
  })

  it('says what Postgres says when it cannot start', async () => {
    await expect(startPostgres({ settings: { max_connections: 'many' } })).rejects.toThrow(
      /^postgres ended with code 1 before it was ready:\n.*invalid value for parameter "max_connections": "many"/,
    )
  })
})

describe('the process that started a Postgres', () => {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(fileURLToPath(new URL('postgres.ts', import.meta.url)))})
    const { pid } = await startPostgres()
    console.log(pid)
  `
  const endings = {
    'runs out of things to do': '',
    throws: 'throw new Error("on purpose")',
    'is killed': 'process.kill(process.pid, "SIGKILL")',
    'is interrupted': 'setInterval(() => {}, 1000); process.kill(-process.pid, "SIGINT")',
  }
  const chosen = Object.entries(endings).slice(process.env.ION_LONG ? 0 : -2)
  it.each(chosen)('leaves no server and no data when it %s', async (_, ending) => {
    const folder = mkdtempSync(join(tmpdir(), 'ion-parent-'))
    chmodSync(folder, 0o755)
    const child = spawn(process.execPath, ['--input-type=module', '-e', program + ending], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, TMPDIR: folder },
    })
    // Both end with the process: nothing that it started holds on to them.
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    const pid = Number(stdout)
    expect(pid, stderr).toBeGreaterThan(0)
    while (readdirSync(folder).length > 0 || isRunning(pid)) await sleep(20)
    rmSync(folder, { recursive: true })
  })
})

/** Not counting what has ended and was only not looked after by its parent. */
function isRunning(pid: number): boolean {
  if (existsSync(`/proc/${process.pid}`)) return existsSync(`/proc/${pid}/exe`)
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

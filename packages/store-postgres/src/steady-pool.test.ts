import { EventEmitter } from 'node:events'
import type { Pool } from 'pg'
import { describe, expect, it } from 'vitest'
import { SteadyPool } from './steady-pool.ts'

/** A pool with one connection, whose every statement fails with what is next. */
class FailingPool extends EventEmitter {
  readonly failures: unknown[]
  readonly released: boolean[] = []

  constructor(...failures: unknown[]) {
    super()
    this.failures = failures
  }

  connect() {
    const connection = {
      query: async () => {
        throw this.failures.shift() ?? new Error('asked once too often')
      },
      release: (destroy: boolean) => this.released.push(destroy),
    }
    return Promise.resolve(Object.assign(new EventEmitter(), connection))
  }
}

const steady = (pool: FailingPool) => new SteadyPool(pool as EventEmitter as Pool, true)

const serverError = (code: string, severity: string) =>
  Object.assign(new Error('server says no'), { code, severity })

async function ask(failure: unknown) {
  const pool = new FailingPool(failure)
  const connection = await steady(pool).connect()
  const error: unknown = await Promise.resolve(connection.query('select 1', [])).catch((e: unknown) => e)
  connection.release()
  return { error, thrownAway: pool.released[0] }
}

describe('a statement that failed', () => {
  it.each(['ERROR', 'FEHLER', 'ОШИБКА', 'エラー'])(
    'was answered, whatever the language of the server (%s)',
    async (severity) => {
      const duplicate = serverError('23505', severity)
      expect(await ask(duplicate)).toEqual({ error: duplicate, thrownAway: false })
    },
  )

  it.each([
    ['57P01', 'FATAL'],
    ['57P02', 'ФАТАЛЬНО'],
    ['08006', 'FATAL'],
    ['58030', 'PANIC'],
    ['XX000', 'PANIC'],
    ['25P03', 'FATAL'],
  ])('may have landed where the session ended (%s)', async (code, severity) => {
    const { error, thrownAway } = await ask(serverError(code, severity))
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'unknown' })
    expect(thrownAway).toBe(true)
  })

  it('may have landed where the connection broke', async () => {
    const { error, thrownAway } = await ask(new Error('Connection terminated unexpectedly'))
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'unknown' })
    expect(thrownAway).toBe(true)
  })

  it('is not followed by another on the same connection once that is lost', async () => {
    const pool = new FailingPool(new Error('Query read timeout'))
    const connection = await steady(pool).connect()
    const lost = { code: 'unavailable', message: 'lost Postgres: Query read timeout' }
    await expect(connection.query('select 1', [])).rejects.toMatchObject(lost)
    await expect(connection.query('rollback', [])).rejects.toMatchObject(lost)
  })
})

describe('a pool that many stores share', () => {
  it('is listened to once', () => {
    const pool = new FailingPool()
    for (let stores = 0; stores < 20; stores++) steady(pool)
    expect(pool.listenerCount('error')).toBe(1)
  })
})

describe('a server that is not there', () => {
  it('is named by each of its addresses', async () => {
    const pool = new FailingPool()
    pool.connect = () =>
      Promise.reject(
        new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('refused 127.0.0.1:1')]),
      )
    await expect(steady(pool).connect()).rejects.toMatchObject({
      code: 'unavailable',
      outcome: 'none',
      message: "can't connect to Postgres: connect ECONNREFUSED ::1:1; refused 127.0.0.1:1",
    })
  })
})

import { hash } from 'node:crypto'
import { UnavailableError } from '@ion/store'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type { PoolClientLike, PoolLike } from './host-pool.ts'

/**
 * A pool as Kysely takes it, which says of each failure what is known of the statement, takes broken connections out, and
 * has the server keep the plans of statements for as long as it does keep them: behind a pooler that gives every transaction
 * another session there are none, which shows by an error without effect, and from then on none are asked for.
 */
export class SteadyPool implements PostgresPool {
  readonly options = {}
  readonly #pool: PoolLike
  readonly #names = new Map<string, string>()
  #keepsPlans: boolean

  /** @param keepsPlans - Whether to begin with named statements. */
  constructor(pool: PoolLike, keepsPlans: boolean) {
    this.#pool = pool
    this.#keepsPlans = keepsPlans
    if (pool.listeners('error').includes(ignore)) return
    // An idle connection that is lost concerns nobody: the next call gets another.
    pool.on('error', ignore)
    // And one that is lost in the very moment in which it is made has no other listener yet, which would end the process.
    pool.on('connect', (client) => client.on('error', ignore))
  }

  async connect(): Promise<PostgresPoolClient> {
    let client: PoolClientLike
    try {
      client = await this.#pool.connect()
    } catch (error) {
      throw new UnavailableError(`can't connect to Postgres: ${messageOf(error)}`, 'none', { cause: error })
    }
    // What is lost while nothing is asked of it would otherwise end the process.
    client.on('error', ignore)
    let broken: UnavailableError | undefined
    const query = async (text: string, parameters: readonly unknown[]) => {
      // What is to be rolled back is gone with its connection; nobody waits for that once more.
      if (broken) throw broken
      try {
        return await client.query({ ...this.#named(text), values: [...parameters] })
      } catch (error) {
        if (lacksPlan(error)) this.#keepsPlans = false
        if (isAnswer(error)) throw error
        broken = new UnavailableError(`lost Postgres: ${messageOf(error)}`, 'unknown', { cause: error })
        throw broken
      }
    }
    return {
      query: query as Query as PostgresPoolClient['query'],
      release(destroy = false) {
        client.off('error', ignore)
        client.release(destroy || broken !== undefined)
      },
    }
  }

  async end(): Promise<void> {
    await this.#pool.end()
  }

  #named(text: string): { text: string; name?: string } {
    if (!this.#keepsPlans || !worthPlanning.test(text)) return { text }
    const name = this.#names.get(text) ?? `ion_${hash('sha256', text).slice(0, 32)}`
    this.#names.set(text, name)
    return { text, name }
  }
}

type Query = (text: string, parameters: readonly unknown[]) => Promise<PostgresQueryResult<unknown>>

const worthPlanning = /^\s*(select|with|insert|update|delete)\b/i

/** There is no statement of that name in this session, or there is one already, or its plan is of another schema. */
function lacksPlan(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(26000|42P05|0A000)$/.test(String(error.code))
}

/**
 * Whether the server answered the statement, rather than went away. The severity does not tell: it is a word of the server's
 * own language (`FEHLER`).
 */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return false
  return /^[0-9A-Z]{5}$/.test(String(error.code)) && !/^(08|57P0|58|25P0[34]|XX000)/.test(String(error.code))
}

function ignore(): void {}

/** An error for each address of a host has no words of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

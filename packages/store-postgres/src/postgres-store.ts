import type { Reopenable } from '@ion/store'
import { KyselyStore, type KyselyStoreOptions } from '@ion/store-kysely'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import type { PoolLike } from './host-pool.ts'
import { SteadyPool } from './steady-pool.ts'
import { parsePostgresUrl } from './store-url.ts'

/** How a Postgres store is set up, besides where the server is. */
export interface PostgresStoreSettings
  extends Pick<KyselyStoreOptions, 'busyTimeoutMs' | 'maxEventBytes' | 'migrates'> {
  /** The schema of the tables. Made with them where it isn't there. Default: the first of the role's search path. */
  schema?: string
  /**
   * Whether the server is asked to keep the plans of the store's statements in its sessions. They are half the cost of an
   * append. Where sessions change under the store (a pooler by transaction), it notices and goes on without. Default `true`.
   */
  preparedStatements?: boolean
}

/** Where the server is. */
export interface PostgresStoreOptions extends PostgresStoreSettings {
  /** `postgres://user:password@host:5432/database`, with the driver's parameters (`sslmode`, …). Required without `pool`. */
  connectionString?: string
  /** A `Pool` of the package `pg` that is the host's, and which it ends itself. `maxConnections` and the timeouts are then the pool's. */
  pool?: PoolLike
  /** The most connections at once. Default 10. */
  maxConnections?: number
  /** How long a statement may go unanswered before its connection is given up, in milliseconds. Default 20,000. */
  queryTimeoutMs?: number
  /** How long to wait for a connection, in milliseconds. Default 10,000. */
  connectTimeoutMs?: number
}

/**
 * Keeps runs in a Postgres database (14 or later), for any number of processes on any number of machines. Uses nothing that
 * outlives a transaction, so it also works behind a pooler. Connects at the first call.
 *
 * @example
 * const store = new PostgresStore({ connectionString: 'postgres://ion@db.internal/jobs', schema: 'ion' })
 */
export class PostgresStore extends KyselyStore implements Partial<Reopenable> {
  /** Not there when the pool is the host's: another thread can't have it. */
  declare readonly reopen?: Reopenable['reopen']

  constructor(options: PostgresStoreOptions) {
    const {
      connectionString,
      pool,
      maxConnections: _,
      queryTimeoutMs,
      connectTimeoutMs,
      ...settings
    } = options
    const { preparedStatements = true, ...store } = settings
    const connections = pool ?? makePool(options)
    super({
      ...store,
      db: new Kysely({
        dialect: new PostgresDialect({ pool: new SteadyPool(connections, preparedStatements) }),
      }),
      flavor: 'postgres',
      abilities: { processes: 'many', hosts: 'many' },
      ownsDatabase: pool === undefined,
    })
    if (!pool && connectionString !== undefined) {
      const rest = { ...settings, queryTimeoutMs, connectTimeoutMs, maxConnections: 1, migrates: false }
      const reopen: Reopenable['reopen'] = { module: import.meta.url, url: connectionString, options: rest }
      // It may have a password in it, which is not for whoever prints a store.
      Object.defineProperty(this, 'reopen', { value: reopen, enumerable: false })
    }
  }
}

function makePool(options: Omit<PostgresStoreOptions, 'pool'>): Pool {
  const {
    connectionString,
    maxConnections = 10,
    queryTimeoutMs = 20_000,
    connectTimeoutMs = 10_000,
  } = options
  return new Pool({
    connectionString,
    application_name: 'ion',
    max: maxConnections,
    query_timeout: queryTimeoutMs,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  })
}

/** What `openStore` takes besides the URL. */
export type OpenPostgresOptions = Omit<PostgresStoreOptions, 'connectionString' | 'pool'>

/**
 * Opens a Postgres store, and connects.
 *
 * @param url - `postgres://user:password@host:5432/database?schema=ion`; parameters besides `schema` are the driver's.
 * @throws {InvalidRecordError} when the URL is none; {UnavailableError} when the server can't be reached, or the role may not
 * make the tables that are missing; {CorruptError} when a newer version made them.
 *
 * @example
 * const store = await openStore('postgres://ion@db.internal/jobs?schema=ion')
 */
export async function openStore(url: string, options: OpenPostgresOptions = {}): Promise<PostgresStore> {
  const store = new PostgresStore({ ...options, ...parsePostgresUrl(url) })
  try {
    await store.ready()
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

/**
 * Makes what a Postgres store lacks of the tables of this version. The role needs `CREATE` on the schema (on the database, where
 * the schema isn't there); a role that runs workflows needs only to read and write the tables.
 *
 * @returns the names of the migrations that were made.
 * @throws as `openStore`
 */
export async function migrateStore(url: string, options: OpenPostgresOptions = {}): Promise<string[]> {
  const store = new PostgresStore({ ...options, ...parsePostgresUrl(url) })
  try {
    return await store.migrate()
  } finally {
    await store.close()
  }
}

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Reopenable } from '@ion/store'
import { KyselyStore, type KyselyStoreOptions } from '@ion/store-kysely'
import { Kysely, SqliteDialect } from 'kysely'
import { EventLoopTurns } from './event-loop-turns.ts'
import { FilePlace } from './file-place.ts'
import { openDatabase, type Synchronous } from './open-database.ts'
import { runInTransaction } from './run-in-transaction.ts'
import { StatementCache } from './statement-cache.ts'
import { parseSqliteUrl } from './store-url.ts'

/** How a SQLite store is set up. */
export interface SqliteStoreOptions
  extends Pick<KyselyStoreOptions, 'busyTimeoutMs' | 'maxEventBytes' | 'migrates'> {
  /** The database file. A relative path counts from the working directory. Made, with its folder, where it isn't there. */
  file: string
  /**
   * `full` (the default): what was acknowledged is on the disk, and survives a loss of power. `normal` is faster, and survives
   * the death of the process, but a loss of power or a crash of the system can take back what was acknowledged last.
   */
  synchronous?: Synchronous
}

/**
 * Keeps runs in one SQLite file, for one machine; any number of processes may use it at once. Opens the file at the first
 * call.
 *
 * @example
 * const store = new SqliteStore({ file: 'ion.db' })
 * const { items } = await store.listWorkflowRuns({ status: ['paused'] }, { limit: 20 })
 * await store.close()
 */
export class SqliteStore extends KyselyStore implements Reopenable {
  readonly reopen: Reopenable['reopen']

  constructor({ file, synchronous = 'full', ...options }: SqliteStoreOptions) {
    const path = resolve(file)
    let opened: StatementCache | undefined
    const place = new FilePlace(path)
    const turns = new EventLoopTurns()
    const open = () => {
      opened ??= new StatementCache(openDatabase(path, synchronous))
      place.check()
      return opened
    }
    super({
      ...options,
      db: new Kysely({ dialect: new SqliteDialect({ database: async () => open() }) }),
      flavor: 'sqlite',
      runStatements: async (statements) => {
        const rows = runInTransaction(open(), statements)
        await turns.leave()
        return rows
      },
      ownsDatabase: true,
    })
    const url = pathToFileURL(path).href.replace(/^file:/, 'sqlite:')
    this.reopen = { module: import.meta.url, url, options: { ...options, synchronous } }
  }
}

/**
 * Opens a SQLite store, and its file.
 *
 * @param url - `sqlite:ion.db` (counts from the working directory) or `sqlite:///absolute/path` (percent-encoded), with
 * `?synchronous=normal` where that is wanted.
 * @throws {InvalidRecordError} when the URL names no file; {CorruptError} when the file is no database, or one that a newer
 * version made; {UnavailableError} when it can't be opened.
 *
 * @example
 * const store = await openStore('sqlite:ion.db')
 */
export async function openStore(
  url: string,
  options: Omit<SqliteStoreOptions, 'file'> = {},
): Promise<SqliteStore> {
  const store = new SqliteStore({ ...options, ...parseSqliteUrl(url) })
  try {
    await store.ready()
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

/**
 * Makes what a SQLite store's file lacks of the tables of this version.
 *
 * @returns the names of the migrations that were made.
 * @throws as `openStore`
 */
export async function migrateStore(
  url: string,
  options: Omit<SqliteStoreOptions, 'file'> = {},
): Promise<string[]> {
  const store = new SqliteStore({ ...options, ...parseSqliteUrl(url) })
  try {
    return await store.migrate()
  } finally {
    await store.close()
  }
}

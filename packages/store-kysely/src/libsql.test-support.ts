import { type CompiledQuery, type DatabaseConnection, Kysely, SqliteDialect } from 'kysely'
import Database from 'libsql'
import { KyselyStore } from './kysely-store.ts'

/**
 * Takes the lock before it prepares what writes. A prepared statement that met another writer stays unfinished in libSQL 0.5 until it
 * is collected as garbage; till then its connection can't commit, and its view of the file is never renewed.
 *
 * @see https://github.com/tursodatabase/libsql-js/pull/238
 */
class LockingDialect extends SqliteDialect {
  readonly #database: LibsqlDatabase

  constructor(database: LibsqlDatabase) {
    super({ database })
    this.#database = database
  }

  override createDriver() {
    const driver = super.createDriver()
    const acquire = driver.acquireConnection.bind(driver)
    driver.acquireConnection = async () => this.#locking(await acquire())
    driver.beginTransaction = async () => {
      this.#database.exec('begin immediate')
    }
    return driver
  }

  #locking(connection: DatabaseConnection): DatabaseConnection {
    const database = this.#database
    return {
      streamQuery: connection.streamQuery.bind(connection),
      async executeQuery<Row>(query: CompiledQuery) {
        if (database.inTransaction || /^\s*select/i.test(query.sql))
          return await connection.executeQuery<Row>(query)
        database.exec('begin immediate')
        try {
          const result = await connection.executeQuery<Row>(query)
          database.exec('commit')
          return result
        } catch (error) {
          if (database.inTransaction) database.exec('rollback')
          throw error
        }
      },
    }
  }
}

type LibsqlDatabase = ConstructorParameters<typeof SqliteDialect>[0]['database'] & {
  readonly inTransaction: boolean
  exec(sql: string): void
}

/** Opens a store over libSQL: `file:path`. */
export async function openStore(url: string): Promise<KyselyStore> {
  const database = new Database(new URL(url).pathname, { timeout: 5 })
  database.pragma('journal_mode = WAL')
  const db = new Kysely({ dialect: new LockingDialect(database) })
  return new KyselyStore({ db, flavor: 'sqlite', ownsDatabase: true })
}

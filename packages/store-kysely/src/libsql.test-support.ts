import { CompiledQuery, Kysely, SqliteDialect } from 'kysely'
import Database from 'libsql'
import { KyselyStore } from './kysely-store.ts'

/**
 * Begins transactions by taking the lock: libSQL leaves a statement that met another writer unfinished, and its connection
 * with a view that is never renewed.
 */
class ImmediateDialect extends SqliteDialect {
  override createDriver() {
    const driver = super.createDriver()
    driver.beginTransaction = async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'))
    }
    return driver
  }
}

/** Opens a store over libSQL: `file:path`. */
export async function openStore(url: string): Promise<KyselyStore> {
  const database = new Database(new URL(url).pathname, { timeout: 2_000 })
  database.pragma('journal_mode = WAL')
  const db = new Kysely({ dialect: new ImmediateDialect({ database }) })
  return new KyselyStore({ db, flavor: 'sqlite', ownsDatabase: true })
}

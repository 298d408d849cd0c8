import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { KyselyStore } from './kysely-store.ts'

/** Opens a store over Kysely's own SQLite dialect and better-sqlite3: `file:path`. */
export async function openStore(url: string): Promise<KyselyStore> {
  const database = new Database(new URL(url).pathname, { timeout: 5 })
  database.pragma('journal_mode = WAL')
  const db = new Kysely({ dialect: new SqliteDialect({ database }) })
  return new KyselyStore({ db, flavor: 'sqlite', ownsDatabase: true })
}

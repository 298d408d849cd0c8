import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  Kysely,
  PostgresAdapter,
  SqliteAdapter,
} from 'kysely'
import type { AnyDatabase, AnyTransaction } from '../any-database.ts'

/**
 * A Kysely instance whose every statement runs in a transaction that somebody else began and will end. Kysely's migrator wants
 * an instance of its own, and on SQLite neither locks nor runs in a transaction by itself.
 *
 * @param introspector - What the migrator asks for tables. Kysely's own reads every column of every schema of the database: slow
 * on a large one, and it fails when any schema is dropped meanwhile.
 */
export function borrow(transaction: AnyTransaction, introspector: DatabaseIntrospector): AnyDatabase {
  const connection: DatabaseConnection = {
    executeQuery: <Result>(query: CompiledQuery) => transaction.executeQuery(query as CompiledQuery<Result>),
    streamQuery: () => {
      throw new TypeError('a borrowed transaction streams nothing')
    },
  }
  const nothing = async () => {}
  const dialect: Dialect = {
    createAdapter: () => withoutLock(transaction.getExecutor().adapter),
    createDriver: () => ({
      init: nothing,
      acquireConnection: async () => connection,
      beginTransaction: nothing,
      commitTransaction: nothing,
      rollbackTransaction: nothing,
      releaseConnection: nothing,
      destroy: nothing,
    }),
    createQueryCompiler: () => ({
      compileQuery: (node, id) => transaction.getExecutor().compileQuery(node, id),
    }),
    createIntrospector: () => introspector,
  }
  return new Kysely({ dialect })
}

/** The same abilities; the lock is held already. */
function withoutLock(adapter: DialectAdapter): DialectAdapter {
  const base = adapter instanceof PostgresAdapter ? new PostgresAdapter() : new SqliteAdapter()
  return Object.defineProperties(base, {
    supportsTransactionalDdl: { value: true },
    acquireMigrationLock: { value: async () => {} },
    releaseMigrationLock: { value: async () => {} },
  })
}

import { CorruptError } from '@ion/store'
import { type DatabaseIntrospector, sql, type TableMetadata } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { AnyDatabase, AnyTransaction } from '../any-database.ts'
import type { SqlDatabase } from '../sql-database.ts'
import { sqlErrorKind } from '../sql-errors.ts'
import { tableIn } from '../tables.ts'
import { createAnnotations } from './annotations-migration.ts'
import { borrow } from './borrowed-transaction.ts'
import { addFeed } from './feed-migration.ts'
import { createLogEntries } from './logs-migration.ts'
import { needingRights } from './needing-rights.ts'
import { createTables } from './tables-migration.ts'

const migrationTable = 'workflow_migrations'
const lockTable = 'workflow_migration_lock'

/** Every migration by its name, in order. A name is never used again, nor what it does changed. */
const migrations = {
  '0001_tables': createTables,
  '0002_feed': addFeed,
  '0003_annotations': createAnnotations,
  '0004_logs': createLogEntries,
}

/** How a database's tables stand to this version of the package. */
export interface SchemaState {
  /** Names of the migrations that are still to be made. */
  missing: string[]
  /** Names of those that only a newer version knows. */
  unknown: string[]
}

/** Which migrations were made and which were not. */
export async function readSchemaState(database: SqlDatabase): Promise<SchemaState> {
  const advice = "grant this role the use of the store's schema and tables"
  return await needingRights(advice, () => readState(database))
}

async function readState(database: SqlDatabase): Promise<SchemaState> {
  const known = Object.keys(migrations)
  const { rows: found } = await sql`${database.flavor.tableExists(database.schema, migrationTable)}`.execute(
    database.db,
  )
  if (found.length === 0) return { missing: known, unknown: [] }
  const table = tableIn(database.schema, migrationTable)
  const { rows } = await sql<{ name: string }>`select name from ${table}`.execute(database.db)
  const made = rows.map(({ name }) => name)
  return {
    missing: known.filter((name) => !made.includes(name)),
    unknown: made.filter((name) => !known.includes(name)),
  }
}

/** @throws {CorruptError} when a newer version has been at work. */
export function refuseNewer({ unknown }: SchemaState): void {
  if (unknown.length === 0) return
  throw new CorruptError(
    `the database was made by a newer version of Ion (${unknown.join(', ')}); use that version or a later one`,
    { migrations: unknown },
  )
}

/**
 * Makes the migrations that are missing, all or none, and gives their names. One process at a time: the transaction begins by
 * writing to the row of a lock table, which holds off every other until it ends, on whatever dialect.
 */
export async function migrate(database: SqlDatabase): Promise<string[]> {
  const advice =
    "this role may not make the store's tables; have them made by one that may (ion store migrate), and grant this one their use"
  return await needingRights(advice, () => makeMissing(database))
}

async function makeMissing(database: SqlDatabase): Promise<string[]> {
  await database.patiently(() => makeLock(database))
  return await database.patiently(() =>
    database.db.transaction().execute(async (transaction) => {
      await sql`update ${tableIn(database.schema, lockTable)} set is_locked = 0`.execute(transaction)
      return await migrateIn(transaction, database)
    }),
  )
}

async function makeLock({ db, schema }: SqlDatabase): Promise<void> {
  const table = tableIn(schema, lockTable)
  try {
    if (schema !== undefined) await makeSchema(db, schema)
    await sql`
      create table if not exists ${table} (id varchar(255) not null primary key, is_locked integer not null default 0)
    `.execute(db)
    await sql`insert into ${table} (id, is_locked) values ('migration_lock', 0) on conflict do nothing`.execute(
      db,
    )
  } catch (error) {
    // Two at once can both find nothing there: the one that comes second meets a key of the catalogue.
    if (sqlErrorKind(error) !== 'duplicate') throw error
    await makeLock({ db, schema } as SqlDatabase)
  }
}

/** Not even `if not exists` may be said by a role that may make no schema. */
async function makeSchema(db: AnyDatabase, schema: string): Promise<void> {
  const { rows } = await sql`select 1 from information_schema.schemata where schema_name = ${schema}`.execute(
    db,
  )
  if (rows.length === 0) await sql`create schema if not exists ${sql.id(schema)}`.execute(db)
}

/** Says which of these tables are there, and that the schema is, which was made before them. */
function lookingOnlyFor(
  names: string[],
  transaction: AnyTransaction,
  { schema, flavor }: Pick<SqlDatabase, 'schema' | 'flavor'>,
): DatabaseIntrospector {
  const getTables = async () => {
    const found: TableMetadata[] = []
    for (const name of names) {
      const { rows } = await sql`${flavor.tableExists(schema, name)}`.execute(transaction)
      const table = {
        name,
        isView: false,
        isForeign: false,
        columns: [],
        ...(schema !== undefined && { schema }),
      }
      if (rows.length > 0) found.push(table)
    }
    return found
  }
  return { getTables, getSchemas: async () => (schema === undefined ? [] : [{ name: schema }]) }
}

async function migrateIn(
  transaction: AnyTransaction,
  { schema, tables, flavor }: SqlDatabase,
): Promise<string[]> {
  const migrator = new Migrator({
    db: borrow(transaction, lookingOnlyFor([migrationTable, lockTable], transaction, { schema, flavor })),
    migrationTableName: migrationTable,
    migrationLockTableName: lockTable,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          Object.entries(migrations).map(([name, statements]) => [
            name,
            {
              async up(db) {
                for (const statement of statements(tables, flavor)) await statement.execute(db)
              },
            },
          ]),
        ),
    },
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return results.map(({ migrationName }) => migrationName)
}

export { KyselyStore, type KyselyStoreOptions } from './kysely-store.ts'
export type { Row } from './parameter.ts'
export type { RunStatements, SqlDatabaseOptions } from './sql-database.ts'
export type { FlavorName } from './sql-flavor.ts'

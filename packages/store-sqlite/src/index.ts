export type { Synchronous } from './open-database.ts'
export { migrateStore, openStore, SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts'

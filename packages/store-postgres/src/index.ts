export type { PoolClientLike, PoolLike } from './host-pool.ts'
export {
  migrateStore,
  type OpenPostgresOptions,
  openStore,
  PostgresStore,
  type PostgresStoreOptions,
  type PostgresStoreSettings,
} from './postgres-store.ts'

import { loadStorePackage, type StorePackageOptions } from './store-package.ts'

/** How a store is migrated. */
export interface MigrateStoreOptions extends StorePackageOptions {
  /** Handed to the package's `migrateStore`. */
  options?: unknown
}

/**
 * Brings a store's tables up to the version of its package that is installed. Any number of processes may do it at once. A store
 * does it by itself when it is first used, where its role may: this is for the others, and for doing it beforehand.
 *
 * @returns the names of the steps that were taken, none when nothing was missing; `null` for a store that has nothing to
 * migrate.
 * @throws {ExecutorError} as `createStore`; a `StoreError`, `corrupt` when a newer version made the tables.
 *
 * @example
 * const made = await migrateStore('postgres://owner@db.internal/jobs?schema=ion')
 */
export async function migrateStore(url: string, options: MigrateStoreOptions = {}): Promise<string[] | null> {
  const store = await loadStorePackage(url, options)
  return store.migrateStore ? await store.migrateStore(url, options.options) : null
}

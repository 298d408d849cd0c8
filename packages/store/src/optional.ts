import type { IWorkflowStore } from './contract.ts'

/**
 * How another thread opens the same store again. A store that offers it keeps its leases alive even while the thread
 * that runs the workflow is blocked: the executor renews from a worker thread of its own.
 */
export interface Reopenable {
  readonly reopen: {
    /** Absolute URL of a module that exports `openStore`. */
    module: string
    url: string
    /** Options for `openStore`; anything that `structuredClone` takes. */
    options?: unknown
  }
}

/** A store that keeps each run in a folder of its own, where logs and artifacts then belong too. */
export interface RunFolders {
  /** Absolute path of a run's folder, which exists once the run does. */
  runFolder(id: string): string
}

/** What a store's package exports, so that `createStore(url)` can open it. */
export interface StoreModule {
  /**
   * @param url - As the user gave it, scheme included.
   * @param options - Whatever the package documents.
   */
  openStore(url: string, options?: unknown): Promise<IWorkflowStore>

  /**
   * Brings the tables (or whatever else the store needs) of a store up to this version of the package, and gives the names
   * of the steps that were taken: none when all is there already. Only stores have it that can need it.
   *
   * @throws a `StoreError`, `corrupt` when a newer version of the package made what is there.
   */
  migrateStore?(url: string, options?: unknown): Promise<string[]>
}

/** Whether a store can be opened again by another thread. */
export function isReopenable<Store extends object>(store: Store): store is Store & Reopenable {
  return 'reopen' in store && typeof store.reopen === 'object' && store.reopen !== null
}

/** Whether a store keeps each run in a folder of its own. */
export function hasRunFolders<Store extends object>(store: Store): store is Store & RunFolders {
  return 'runFolder' in store && typeof store.runFolder === 'function'
}

import type { CallOptions, IWorkflowStore } from './contract.ts'
import type { WorkflowRun } from './run.ts'
import type { RunSnapshot } from './run-snapshot.ts'

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

/** A store that can make a run as it was in another store, its log with all times and numbers. */
export interface RunImport {
  /**
   * Makes a run of a snapshot, all or nothing: record, signals, events, blobs. Nobody holds it then. The same run again, still with the
   * same content, has no effect. `RunIntake` reads and checks a snapshot for a store.
   *
   * The idempotent start finds the run by its id or key as every other: it counts as created from its record as it was handed in. If
   * the host had changed its metadata (or priority) before, a creation with the first ones is refused as `already_exists`; one
   * with the later ones finds it. What its commits were told is not carried over: an append that comes again is refused.
   *
   * @throws `already_exists` when another run has the id or the idempotency key; its `details.id` is that run. `invalid_record` when the
   * log has a gap or breaks a rule, the record does not agree with it, or a blob is not the one that its event names. `too_large`. Also
   * whatever the snapshot throws while it is read. Nothing has landed then.
   */
  importWorkflowRun(snapshot: RunSnapshot, options?: CallOptions): Promise<WorkflowRun>
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

/** Whether runs of other stores can be made anew in a store. */
export function importsRuns<Store extends object>(store: Store): store is Store & RunImport {
  return 'importWorkflowRun' in store && typeof store.importWorkflowRun === 'function'
}

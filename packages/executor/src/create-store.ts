import type { IWorkflowStore } from '@ion/store'
import { loadStorePackage, type StorePackageOptions } from './store-package.ts'

/** How a store is opened. */
export interface CreateStoreOptions extends StorePackageOptions {
  /** Handed to the package's `openStore`. */
  options?: unknown
}

/**
 * Opens a store by its URL: `file:.ion/runs`, `memory:`, and for every other scheme what `@ion/store-<scheme>`, or the package
 * named in the options, opens. The package comes from the host's project.
 *
 * @throws {ExecutorError} `missing_store` when the package is not installed (the message says what to install),
 * `invalid_store` when the URL or the package is unusable; a `StoreError` when the store can't be opened.
 *
 * @example
 * const store = await createStore('file:.ion/runs')
 */
export async function createStore(url: string, options: CreateStoreOptions = {}): Promise<IWorkflowStore> {
  const { openStore } = await loadStorePackage(url, options)
  return await openStore(url, options.options)
}

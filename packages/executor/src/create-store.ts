import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { IWorkflowStore, StoreModule } from '@ion/store'
import { ExecutorError } from './errors.ts'

/** How a store is opened. */
export interface CreateStoreOptions {
  /** The package that opens the URL, where its name does not follow from the scheme. */
  package?: string
  /** Handed to the package's `openStore`. */
  options?: unknown
  /**
   * Folders (or file URLs) from which the store's package is looked for, in order. Default: `process.cwd()`. The executor's
   * own place comes last.
   */
  resolveFrom?: (string | URL)[]
}

/** Packages whose names do not follow from their scheme. */
const packagesByScheme: { readonly [scheme: string]: string } = {
  file: '@ion/store-fs',
  memory: '@ion/store-testkit',
  postgresql: '@ion/store-postgres',
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
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1]
  if (scheme === undefined) {
    throw new ExecutorError(
      'invalid_store',
      `${JSON.stringify(url)} is no store URL; one looks like file:.ion/runs`,
      { url },
    )
  }
  const name = options.package ?? packagesByScheme[scheme] ?? `@ion/store-${scheme}`
  const { openStore } = await importStore(name, scheme, options.resolveFrom ?? [process.cwd()])
  return await openStore(url, options.options)
}

async function importStore(name: string, scheme: string, places: (string | URL)[]): Promise<StoreModule> {
  const location = locate(name, places)
  if (location === null) {
    throw new ExecutorError(
      'missing_store',
      `${scheme}: stores need the package ${name}, which is not installed; run: npm install ${name}`,
      { package: name, scheme },
    )
  }
  const module: Partial<StoreModule> = await import(location)
  if (typeof module.openStore !== 'function') {
    throw new ExecutorError(
      'invalid_store',
      `${name} exports no openStore(url, options), so it is no store package`,
      {
        package: name,
      },
    )
  }
  return { openStore: module.openStore }
}

function locate(name: string, places: (string | URL)[]): string | null {
  for (const place of [...places.map(anchor), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(place).resolve(name)).href
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return null
}

/** A file that need not exist, in the folder to look from. */
function anchor(place: string | URL): string | URL {
  return place instanceof URL ? place : resolve(place, 'package.json')
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'
}

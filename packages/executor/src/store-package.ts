import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StoreModule } from '@ion/store'
import { ExecutorError } from './errors.ts'
import { redactStoreUrl } from './redact-store-url.ts'

/** Where the package of a store is found. */
export interface StorePackageOptions {
  /** The package that opens the URL, where its name does not follow from the scheme; or a module, by its path (`./my-store.js`). */
  package?: string
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
 * Loads the package that knows a store's URL.
 *
 * @throws {ExecutorError} `missing_store`, `invalid_store`
 */
export async function loadStorePackage(url: string, options: StorePackageOptions): Promise<StoreModule> {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1]
  if (scheme === undefined) {
    const shown = redactStoreUrl(url)
    const message = `${JSON.stringify(shown)} is no store URL; one looks like file:.ion/runs`
    throw new ExecutorError('invalid_store', message, { url: shown })
  }
  const name = options.package ?? packagesByScheme[scheme] ?? `@ion/store-${scheme}`
  return await importStore(name, scheme, options.resolveFrom ?? [process.cwd()])
}

async function importStore(name: string, scheme: string, places: (string | URL)[]): Promise<StoreModule> {
  const location = locate(name, places)
  if (location === null) {
    const isPath = /^(\.{0,2}\/|[A-Za-z]:\\)/.test(name)
    const lack = isPath
      ? `${scheme}: stores are opened by ${name}, which is not there`
      : `${scheme}: stores need the package ${name}, which is not installed; run: npm install ${name}`
    throw new ExecutorError('missing_store', lack, { package: name, scheme })
  }
  const module: Partial<StoreModule> = await import(location)
  if (typeof module.openStore !== 'function') {
    throw new ExecutorError(
      'invalid_store',
      `${name} exports no openStore(url, options), so it is no store package`,
      { package: name },
    )
  }
  const { openStore, migrateStore } = module
  return { openStore, ...(typeof migrateStore === 'function' ? { migrateStore } : {}) }
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

import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type CreateStoreOptions, createStore, redactStoreUrl } from '@ion/executor'
import type { IWorkflowStore } from '@ion/store'
import type { Cli } from './cli.ts'
import { defaultRunsFolder, projectFolder } from './project.ts'

/** The store that is meant: `--store`, else `ION_STORE`, else the configured one, else the project's runs folder. */
export async function storeUrl(cli: Pick<Cli, 'options' | 'env' | 'config'>, cwd: string): Promise<string> {
  const said = cli.options.store ?? (cli.env.ION_STORE || undefined)
  if (said !== undefined) return said
  const { store, folders, root } = await cli.config()
  if (store !== undefined) return fromRoot(store, root)
  return pathToFileURL(folders?.runs ? resolve(root, folders.runs) : await defaultRunsFolder(cwd)).href
}

/** A path in a configuration is one from the project's root, wherever ion is called. */
function fromRoot(store: string, root: string): string {
  const [, scheme, path, query = ''] = /^(file|sqlite):(?!\/)([^?]+)(\?.*)?$/s.exec(store) ?? []
  if (scheme === undefined || path === undefined) return store
  return pathToFileURL(resolve(root, path)).href.replace('file:', `${scheme}:`) + query
}

/**
 * The store that is meant, and where its package is looked for.
 *
 * @param given - The URL of another one. The package of `--store-package` is not for it.
 */
export async function storeChoice(
  cli: Pick<Cli, 'options' | 'env' | 'config'>,
  given?: string,
): Promise<{ url: string; options: CreateStoreOptions }> {
  const cwd = process.cwd()
  const url = given ?? (await storeUrl(cli, cwd))
  const said = given === undefined ? cli.options.storePackage : undefined
  const name = said ?? (await configuredPackage(cli, url))
  return {
    url,
    options: {
      resolveFrom: [cwd, dirname(await projectFolder(cwd)), new URL(import.meta.url)],
      ...(name === undefined ? {} : { package: name }),
    },
  }
}

/** What the configuration says opens URLs of this scheme: a package, or a module of the project. */
async function configuredPackage(cli: Pick<Cli, 'config'>, url: string): Promise<string | undefined> {
  const { stores = {}, root } = await cli.config()
  const scheme = url.slice(0, url.indexOf(':'))
  const name = Object.hasOwn(stores, scheme) ? stores[scheme] : undefined
  return name !== undefined && /^\.{1,2}\//.test(name) ? resolve(root, name) : name
}

/** Opens a store that was named by its URL for as long as `use` takes; without one, the store that is meant. @throws as `withStore` */
export async function withStoreAt<Result>(
  cli: Cli,
  given: string | undefined,
  use: (opened: { store: IWorkflowStore; shownUrl: string }) => Promise<Result>,
): Promise<Result> {
  if (given !== undefined) cli.namedStores = [...(cli.namedStores ?? []), given]
  const { url, options } = await storeChoice(cli, given)
  const store = await createStore(url, options)
  try {
    return await use({ store, shownUrl: redactStoreUrl(url) })
  } finally {
    await store.close()
  }
}

/**
 * Opens the store for as long as `use` takes.
 *
 * @throws {ExecutorError} `missing_store`, `invalid_store`; a `StoreError`.
 */
export async function withStore<Result>(
  cli: Cli,
  use: (store: IWorkflowStore) => Promise<Result>,
): Promise<Result> {
  const { url, options } = await storeChoice(cli)
  const store = await createStore(url, options)
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

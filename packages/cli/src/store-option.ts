import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createStore } from '@ion/executor'
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
  const path = /^file:(?!\/)(.+)$/.exec(store)?.[1]
  return path === undefined ? store : pathToFileURL(resolve(root, path)).href
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
  const cwd = process.cwd()
  const { storePackage } = cli.options
  const store = await createStore(await storeUrl(cli, cwd), {
    resolveFrom: [cwd, dirname(await projectFolder(cwd)), new URL(import.meta.url)],
    ...(storePackage === undefined ? {} : { package: storePackage }),
  })
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

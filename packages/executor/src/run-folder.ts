import { mkdir, rm, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { hasRunFolders, type IWorkflowStore } from '@ion/store'

/** A run's folder on the machine that executes it. */
export interface RunFolder {
  /** What nodes print: `logs/<node path>/attempt-<n>.log`. */
  logs: string
  /** What `$ARTIFACTS_DIR` names. */
  artifacts: string
  /** Files that live as long as a body does. */
  scratch: string
}

/** What `$ARTIFACTS_DIR` names for a run. */
export function artifactsFolder(place: RunFolderPlace): string {
  return foldersIn(runFolderPath(place)).artifacts
}

/** Where run folders are by default, under the run's directory. */
const defaultRoot = '.ion/runs'

/** Which run's folder, and what says where it is. */
export interface RunFolderPlace {
  store: IWorkflowStore
  runId: string
  /** The run's directory. */
  cwd: string
  /** The folder of all runs; without it the store's own, else `.ion/runs` under `cwd`. */
  artifactsDir?: string | undefined
}

/** Makes a run's folder, for the executor that holds the run. */
export async function openRunFolder(place: RunFolderPlace): Promise<RunFolder> {
  const folder = foldersIn(runFolderPath(place))
  // Nobody else holds the run: what is there was left by an executor that was killed.
  await rm(folder.scratch, { recursive: true, force: true })
  await Promise.all([mkdir(folder.logs, { recursive: true }), mkdir(folder.artifacts, { recursive: true })])
  return folder
}

/**
 * Removes what executors made in a run's folder, and the folder if nothing else is in it: it may lie among folders that others made.
 */
export async function removeRunFolder(place: RunFolderPlace): Promise<void> {
  const path = runFolderPath(place)
  const made = Object.values(foldersIn(path))
  await Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true })))
  await rmdir(path).catch((error: NodeJS.ErrnoException) => {
    if (!isKept.has(error.code)) throw error
  })
}

/** What `rmdir` says of a folder that isn't there, or that has something else in it. */
const isKept: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'])

/** Absolute path of a run's folder; it need not exist. */
export function runFolderPath({ store, runId, cwd, artifactsDir }: RunFolderPlace): string {
  return artifactsDir === undefined && hasRunFolders(store)
    ? store.runFolder(runId)
    : join(resolve(cwd, artifactsDir ?? defaultRoot), runId)
}

function foldersIn(path: string): RunFolder {
  return { logs: join(path, 'logs'), artifacts: join(path, 'artifacts'), scratch: join(path, 'scratch') }
}

/** The log of one attempt. A node's path is a path below `logs/` too. */
export function logFile(folder: RunFolder, path: string, attempt: number): string {
  return join(folder.logs, path, `attempt-${attempt}.log`)
}

import { mkdir, rm } from 'node:fs/promises'
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

/** Where run folders are by default, under the run's directory. */
const defaultRoot = '.ion/runs'

/**
 * Makes a run's folder, for the executor that holds the run.
 *
 * @param options.artifactsDir - The folder of all runs; without it the store's own, else `.ion/runs` under `cwd`.
 */
export async function openRunFolder(options: {
  store: IWorkflowStore
  runId: string
  cwd: string
  artifactsDir?: string | undefined
}): Promise<RunFolder> {
  const { store, runId, cwd, artifactsDir } = options
  const root =
    artifactsDir === undefined && hasRunFolders(store)
      ? store.runFolder(runId)
      : join(resolve(cwd, artifactsDir ?? defaultRoot), runId)
  const folder = {
    logs: join(root, 'logs'),
    artifacts: join(root, 'artifacts'),
    scratch: join(root, 'scratch'),
  }
  // Nobody else holds the run: what is there was left by an executor that was killed.
  await rm(folder.scratch, { recursive: true, force: true })
  await Promise.all([mkdir(folder.logs, { recursive: true }), mkdir(folder.artifacts, { recursive: true })])
  return folder
}

/** The log of one attempt. A node's path is a path below `logs/` too. */
export function logFile(folder: RunFolder, path: string, attempt: number): string {
  return join(folder.logs, path, `attempt-${attempt}.log`)
}

import { join, resolve } from 'node:path'
import { hasRunFolders, type IWorkflowStore, type WorkflowRun } from '@ion/store'
import type { LoadedConfig } from './config/load-config.ts'
import { defaultRunsFolder } from './project.ts'
import { readRunRecord } from './run-record.ts'

/** Where a run's files lie on the machine that executed it. */
export interface RunPaths {
  folder: string
  logs: string
  artifacts: string
}

/**
 * The folder for all runs' files that is told to the executor: the configured one; `null` when none is and the store keeps a
 * folder a run itself.
 */
export async function artifactsDirFor(
  store: IWorkflowStore,
  { folders, root }: Pick<LoadedConfig, 'folders' | 'root'>,
): Promise<string | null> {
  if (folders?.artifacts) return resolve(root, folders.artifacts)
  return hasRunFolders(store) ? null : await defaultRunsFolder(process.cwd())
}

/** Where a run's files lie. */
export async function runPaths(
  store: IWorkflowStore,
  run: Pick<WorkflowRun, 'id' | 'metadata'>,
): Promise<RunPaths> {
  const { artifactsDir } = readRunRecord(run)
  const folder =
    artifactsDir === null && hasRunFolders(store)
      ? store.runFolder(run.id)
      : join(artifactsDir ?? (await defaultRunsFolder(process.cwd())), run.id)
  return { folder, logs: join(folder, 'logs'), artifacts: join(folder, 'artifacts') }
}

/** The log of one attempt of a node path. */
export function attemptLog({ logs }: Pick<RunPaths, 'logs'>, path: string, attempt: number): string {
  return join(logs, path, `attempt-${attempt}.log`)
}

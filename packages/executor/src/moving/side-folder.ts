import type { WorkflowEvent, WorkflowRun } from '@ion/store'
import { runFolderPath } from '../run-folder.ts'
import { readStartFacts } from '../start-facts.ts'
import type { MovingSide } from './moved-run.ts'

/** Where a run's folder is on one side, by the run's first event, which says its directory. */
export function folderOn(
  { store, artifactsDir }: MovingSide,
  run: WorkflowRun,
  first: WorkflowEvent | undefined,
): string {
  const root = typeof artifactsDir === 'function' ? artifactsDir(run) : artifactsDir
  const { cwd } = readStartFacts(first, process.cwd())
  return runFolderPath({ store, runId: run.id, cwd, artifactsDir: root })
}

import { isAbsolute } from 'node:path'
import { hasRunFolders, type IWorkflowStore, type WorkflowRun } from '@ion/store'
import { patienceOf, patiently } from './patience.ts'
import type { RunFolderPlace } from './run-folder.ts'
import { readStartFacts } from './start-facts.ts'

/** Where a run's folder is. Where neither the store nor the caller says so it lies in the run's directory, which is in its log. */
export async function placeOfRun(
  { id: runId }: Pick<WorkflowRun, 'id'>,
  { store, artifactsDir }: { store: IWorkflowStore; artifactsDir?: string | undefined },
): Promise<RunFolderPlace> {
  const place = { store, runId, artifactsDir }
  if (artifactsDir !== undefined && isAbsolute(artifactsDir)) return { ...place, cwd: artifactsDir }
  if (artifactsDir === undefined && hasRunFolders(store)) return { ...place, cwd: process.cwd() }
  const [first] = await patiently(patienceOf({}), () => store.getWorkflowEvents(runId, { limit: 1 }))
  return { ...place, cwd: readStartFacts(first, process.cwd()).cwd }
}

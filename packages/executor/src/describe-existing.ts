import { ConflictError, derivedStatus } from '@ion/store'
import { RunHeldError } from './errors.ts'
import { loadRun } from './load-run.ts'
import type { ResumeOptions } from './options.ts'
import { patienceOf, patiently } from './patience.ts'
import type { RunResult } from './result.ts'
import { describeRun } from './run-claimed.ts'

/**
 * How a run stands that was started before, as a result (`executed: false`). Nothing is run.
 *
 * @throws {RunHeldError} when somebody alive executes it.
 */
export async function describeExisting(options: ResumeOptions): Promise<RunResult> {
  const { store, runId } = options
  const { run, state } = await patiently(patienceOf(options), () => loadRun(store, runId))
  if (run.claim?.state === 'live') throw new RunHeldError(runId, run.claim)
  const status = derivedStatus(run)
  if (status === 'pending' || status === 'running') {
    throw new ConflictError(`run ${runId} changed while it was looked at`, { runId })
  }
  return await describeRun({ run, state, status, executed: false, options })
}

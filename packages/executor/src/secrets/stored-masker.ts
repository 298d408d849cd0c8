import { parseWorkflow } from '@ion/core'
import type { WorkflowRun } from '@ion/store'
import type { RunOptions } from '../options.ts'
import type { Masker } from './masker.ts'
import { runSecrets } from './run-secrets.ts'

/**
 * What hides the secrets of a run that is not executed here: those that have a value in this environment, and its inputs.
 * `null` when nothing is secret, or the run's definition can't be read.
 *
 * @example
 * const shown = storedMasker(run, process.env)?.json(run.inputs) ?? run.inputs
 */
export function storedMasker(
  { definition, inputs, userMessage }: WorkflowRun,
  environment: { readonly [name: string]: string | undefined },
): Masker | null {
  if (definition.format !== 'yaml') return null
  const { workflow } = parseWorkflow(definition.source, { path: definition.path })
  if (!workflow || workflow.secrets.length === 0) return null
  const kept = { files: definition.files, arguments: userMessage }
  return runSecrets({ workflow, environment, inputs, kept }).masker
}

/** What hides secrets in a signal, which is kept as it is sent. */
export async function signalMask({
  store,
  runId,
  env = process.env,
}: Pick<RunOptions, 'store' | 'env'> & { runId: string }): Promise<(text: string) => string> {
  const run = await store.getWorkflowRun(runId)
  const masker = run && storedMasker(run, env)
  return (text) => masker?.text(text) ?? text
}

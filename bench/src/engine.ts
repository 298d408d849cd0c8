import { executeWorkflow, parseWorkflow } from '@ion/executor'
import type { IWorkflowStore } from '@ion/store'
import { atOnce } from './at-once.ts'
import { countWrites, type Writes } from './counted-store.ts'
import { type Scenario, workflowText } from './scenarios.ts'

type Definition = Extract<ReturnType<typeof parseWorkflow>, { ok: true }>['workflow']

/** A scenario with its workflow parsed, which is no part of what a node costs. */
export interface Prepared {
  scenario: Scenario
  workflow: Definition
  parseMs: number
}

export function prepare(scenario: Scenario): Prepared {
  const text = workflowText(scenario)
  const began = performance.now()
  const parsed = parseWorkflow(text, { path: null })
  const parseMs = performance.now() - began
  if (!parsed.ok) throw new Error(`the workflow is refused: ${parsed.diagnostics[0]?.message}`)
  return { scenario, workflow: parsed.workflow, parseMs }
}

/** What one execution of a scenario took. */
export interface Execution extends Writes {
  ms: number
}

/**
 * Executes a scenario's runs on a store, from their creation to their end.
 *
 * @param artifactsDir - Where the runs have their folders.
 */
export async function execute(
  { scenario, workflow }: Pick<Prepared, 'scenario' | 'workflow'>,
  { store, artifactsDir, sizes = false }: { store: IWorkflowStore; artifactsDir: string; sizes?: boolean },
): Promise<Execution> {
  const writes = countWrites(store, { sizes })
  const began = performance.now()
  await atOnce({ count: scenario.runs, concurrency: scenario.concurrency }, async () => {
    const { status } = await executeWorkflow({ store, workflow, artifactsDir, prompt: () => 'done' })
    if (status !== 'completed') throw new Error(`a run of the bench ended as ${status}`)
  })
  return { ...writes, ms: performance.now() - began }
}

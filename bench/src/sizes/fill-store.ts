import { executeWorkflow, parseWorkflow } from '@ion/executor'
import type { IWorkflowStore } from '@ion/store'
import { atOnce } from '../at-once.ts'

const text = `
name: digest
nodes:
  - id: draft
    prompt: Summarise $ARGUMENTS
`

/** Executes so many runs of a workflow whose one node calls an agent, twenty at a time. */
export async function fillStore(
  store: IWorkflowStore,
  { runs, artifactsDir }: { runs: number; artifactsDir: string },
): Promise<void> {
  const parsed = parseWorkflow(text, { path: null })
  if (!parsed.ok) throw new Error(`the workflow is refused: ${parsed.diagnostics[0]?.message}`)
  const usage = { model: 'model-1', inputTokens: 120, outputTokens: 40, cost: 0.001 }
  await atOnce({ count: runs, concurrency: 20 }, async (index) => {
    const { status } = await executeWorkflow({
      store,
      workflow: parsed.workflow,
      artifactsDir,
      arguments: `page ${index}`,
      prompt: () => ({ output: 'done', usage }),
    })
    if (status !== 'completed') throw new Error(`a run of the bench ended as ${status}`)
  })
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { currentOwner, type IWorkflowStore, type NewEvent, readLog, type WorkflowEvent } from '@ion/store'
import { openStore } from '@ion/store-testkit'
import { afterEach } from 'vitest'
import { parseOrThrow } from './compile.ts'
import { executeWorkflow } from './execute.ts'
import type { ExecuteOptions } from './options.ts'
import { storedDefinition } from './stored-definition.ts'

const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A fresh folder that is gone after the test. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ion-executor-'))
  folders.push(folder)
  return folder
}

/** Somewhere to run workflows: a memory store and a folder. */
export interface Bench {
  store: IWorkflowStore
  cwd: string
  /** Runs nodes written as YAML; two spaces of indentation are added. */
  run(nodes: string, options?: Partial<ExecuteOptions>): ReturnType<typeof executeWorkflow>
  /** The log in short: `node_started a`, `workflow_completed`. */
  log(runId: string): Promise<string[]>
  events(runId: string): Promise<WorkflowEvent[]>
}

export async function openBench(): Promise<Bench> {
  const store = await openStore('memory:')
  const cwd = await scratchFolder()
  const events = async (runId: string) => {
    const all: WorkflowEvent[] = []
    for await (const event of readLog(store, runId)) all.push(event)
    return all
  }
  return {
    store,
    cwd,
    events,
    run: async (nodes, options) =>
      await executeWorkflow({
        store,
        cwd,
        workflow: workflowOf(nodes),
        signalPollMs: 20,
        killAfterMs: 500,
        ...options,
      }),
    log: async (runId) =>
      (await events(runId)).map(({ type, nodeId }) => (nodeId === undefined ? type : `${type} ${nodeId}`)),
  }
}

/** A workflow of these nodes, written as a YAML list. */
export function workflowOf(nodes: string): string {
  return `name: test\nnodes:\n${nodes.replaceAll(/^/gm, '  ')}\n`
}

/**
 * Leaves a run as an executor does that was killed: what it wrote is there, and its claim by a process that is gone. `signals` is how
 * many signals there are for those events to take.
 */
export async function leaveBehind(
  { store, cwd }: Bench,
  nodes: string,
  events: NewEvent[],
  { runId = 'lost', signals = 0 }: { runId?: string | undefined; signals?: number } = {},
): Promise<string> {
  const definition = await storedDefinition(parseOrThrow(workflowOf(nodes), null), { cwd })
  await store.createWorkflowRun({ id: runId, workflowName: 'test', definition })
  for (let signal = 1; signal <= signals; signal++) {
    const gate = { nodeId: 'anywhere', opened: 1 }
    await store.sendSignal(runId, { id: `signal-${signal}`, kind: 'answer', gate })
  }
  const owner = { ...currentOwner(), pid: 2 ** 30, processStart: '1' }
  await store.claimWorkflowRun(runId, owner, 60_000, {
    commitId: 'theirs',
    expectedSequence: 0,
    events: [{ type: 'workflow_started', payload: { cwd, variables: {} } }, ...events],
  })
  return runId
}

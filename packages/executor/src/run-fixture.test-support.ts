import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IWorkflowStore, readLog, type WorkflowEvent } from '@ion/store'
import { openStore } from '@ion/store-testkit'
import { afterEach } from 'vitest'
import { executeWorkflow } from './execute.ts'
import type { ExecuteOptions } from './options.ts'

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

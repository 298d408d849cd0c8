import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Claim, currentOwner, type NewEvent, type NewRun, type WorkflowEvent } from '@ion/store'
import { onTestFinished } from 'vitest'
import { FilesystemStore } from './filesystem-store.ts'
import type { Surroundings } from './store-parts.ts'

/** What the tests of this package begin with. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ion-store-fs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store that is closed when the test ends. */
export function openFolder(artifactsDir: string, surroundings?: Surroundings): FilesystemStore {
  const store = new FilesystemStore({ artifactsDir }, surroundings)
  onTestFinished(() => store.close())
  return store
}

export function newRun(id: string, more: Partial<NewRun> = {}): NewRun {
  const definition = { format: 'yaml', source: 'nodes: []', digest: '0'.repeat(64), path: null, files: {} }
  return { id, workflowName: 'hello', definition, ...more }
}

/** A completion whose output is this text. */
export function completed(output: string, nodeId = 'a'): NewEvent {
  return { type: 'node_completed', nodeId, payload: { output } }
}

/** A run whose log has its start, sequence 1. */
export async function startedRun(store: FilesystemStore, id = 'r'): Promise<string> {
  await store.createWorkflowRun(newRun(id))
  await store.createWorkflowEvent(id, { type: 'workflow_started', payload: {} })
  return id
}

/** A run that this process holds, at sequence 1. */
export async function claimedRun(store: FilesystemStore, ttlMs = 60_000, id = 'r'): Promise<Claim> {
  await store.createWorkflowRun(newRun(id))
  return await takeOver(store, id, 0, ttlMs)
}

/** Claims a run whose log ends at a sequence. */
export async function takeOver(
  store: FilesystemStore,
  id: string,
  at: number,
  ttlMs = 60_000,
): Promise<Claim> {
  const events: NewEvent[] = [{ type: 'workflow_started', payload: at > 0 ? { resumed: true } : {} }]
  const append = { commitId: randomUUID(), expectedSequence: at, events }
  const claimed = await store.claimWorkflowRun(id, currentOwner(), ttlMs, append)
  if (!claimed) throw new Error(`run ${id} is held`)
  return claimed.claim
}

/** The outputs in a log, in order. */
export function outputsOf(events: WorkflowEvent[]): unknown[] {
  return events.flatMap(({ payload }) => ('output' in payload ? [payload.output] : []))
}

/** The outputs that a store finds in a run's log. */
export async function readOutputs(store: FilesystemStore, id = 'r'): Promise<unknown[]> {
  return outputsOf(await store.getWorkflowEvents(id, { limit: 100_000 }))
}

export function logPath(folder: string, id = 'r'): string {
  return join(folder, id, 'events.jsonl')
}

/** A log's lines, without their newlines. */
export function linesOf(folder: string, id = 'r'): string[] {
  return readFileSync(logPath(folder, id), 'utf8').split('\n').slice(0, -1)
}

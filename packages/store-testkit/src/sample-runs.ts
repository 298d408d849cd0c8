import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  type Append,
  type Claim,
  type ClaimAppend,
  type Claimed,
  currentOwner,
  type IWorkflowStore,
  type NewEvent,
  type NewRun,
  type NewSignal,
  type Owner,
  type WorkflowRun,
} from '@ion/store'
import { resumed, runStarted } from './sample-events.ts'

/** Longer than any test takes. */
export const longTtl = 600_000

/** What a run is created from, with an id of its own. */
export function newRun(changes: Partial<NewRun> = {}): NewRun {
  return {
    id: randomUUID(),
    workflowName: 'sample',
    definition: {
      format: 'yaml',
      source: 'name: sample\nnodes:\n  - id: a\n    bash: echo hi\n',
      digest: 'ab'.repeat(32),
      path: null,
      files: {},
    },
    ...changes,
  }
}

/** An append with a commit id of its own. */
export function batch(expectedSequence: number, events: NewEvent[], rest: Partial<Append> = {}): Append {
  return { commitId: randomUUID(), expectedSequence, events, ...rest }
}

/** The append of a claim, with a commit id of its own. */
export function claimBatch(expectedSequence: number, events: NewEvent[] = [resumed()]): ClaimAppend {
  return { commitId: randomUUID(), expectedSequence, events }
}

/** A cancel with an id of its own. */
export function newCancel(changes: Partial<NewSignal> = {}): NewSignal {
  return { id: randomUUID(), kind: 'cancel', ...changes }
}

/** A run whose log is its start; nobody holds it. */
export async function startedRun(store: IWorkflowStore, changes?: Partial<NewRun>): Promise<string> {
  const { id } = await store.createWorkflowRun(newRun(changes))
  await store.appendEvents(id, batch(0, [runStarted()]))
  return id
}

/** A run whose log is its start, held by this process for long enough. */
export async function claimedRun(store: IWorkflowStore): Promise<{ id: string; claim: Claim }> {
  const { id } = await store.createWorkflowRun(newRun())
  const { claim } = await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0)))
  return { id, claim }
}

/** What a claim came to that must be granted. */
export async function granted(claiming: Promise<Claimed | null>): Promise<Claimed> {
  const claimed = await claiming
  assert.ok(claimed, 'a run that nobody alive holds was not granted')
  return claimed
}

/** An owner that can't be judged from here, so that only its lease counts. */
export function foreignOwner(): Owner {
  return { id: randomUUID(), host: 'far-away', bootId: 'b', pidNamespace: 'p', pid: 1, processStart: '1' }
}

/** An owner on this host whose process has ended. */
export function deadOwner(): Owner {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const owner = currentOwner()
  return { ...owner, pid, processStart: owner.processStart === null ? null : '1' }
}

/** A run's record, which must be there. */
export async function theRun(store: IWorkflowStore, id: string): Promise<WorkflowRun> {
  const run = await store.getWorkflowRun(id)
  assert.ok(run, `run ${id} is not there`)
  return run
}

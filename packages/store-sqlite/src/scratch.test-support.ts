import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewEvent, NewRun } from '@ion/store'
import { afterAll } from 'vitest'

/** A folder for the tests of a file, gone when they are done; gives the path of a file in it. */
export function scratchFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'ion-store-sqlite-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (name) => join(folder, name)
}

/** A run by its id. */
export const newRun = (id: string): NewRun => ({
  id,
  workflowName: 'sample',
  definition: { format: 'yaml', source: '', digest: 'ab'.repeat(32), path: null, files: {} },
})

/** An append by what it expects and has. */
export const append = (expectedSequence: number, ...events: NewEvent[]) => ({
  commitId: `commit-${expectedSequence}`,
  expectedSequence,
  events,
})

/** The start of a run. */
export const started: NewEvent = { type: 'workflow_started', payload: {} }

/** The end of a node, with its output. */
export const completed = (output: string): NewEvent => ({
  type: 'node_completed',
  nodeId: 'a',
  payload: { output },
})

import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type IWorkflowStore, type NewEvent, sha256Of } from '@ion/store'

const definition = { format: 'yaml', source: 'name: made', digest: '0'.repeat(64), path: null, files: {} }

/** A run that is paused at a gate, with a large output and a cancel that nobody has taken yet. */
export async function makePausedRun(store: IWorkflowStore, id: string): Promise<void> {
  await store.createWorkflowRun({ id, workflowName: 'made', definition, metadata: { of: id } })
  const bytes = Buffer.from(`${id} `.repeat(30_000))
  const output = { ref: `outputs/${id}`, bytes: bytes.length, sha256: sha256Of(bytes) }
  const events: NewEvent[] = [
    { type: 'workflow_started', payload: { cwd: '/nowhere' } },
    { type: 'node_completed', nodeId: 'make', payload: { output } },
    { type: 'node_started', nodeId: 'gate', payload: { gate: { message: 'Well?' } } },
  ]
  const blobs = [{ ref: output.ref, bytes }]
  await store.appendEvents(id, { commitId: `${id}-1`, expectedSequence: 0, events, blobs })
  await store.updateWorkflowRun(id, { status: 'paused' })
  await store.sendSignal(id, { id: `cancel-${id}`, kind: 'cancel', by: 'ada' })
}

/** Puts files into a run's folder, as its execution would. */
export function makeRunFiles(folder: string): void {
  const files: { [path: string]: string } = {
    'artifacts/report.md': 'made\n',
    'artifacts/deep/tool.sh': '#!/bin/sh\n',
    'artifacts/empty': '',
    'logs/make/attempt-1.log': 'printed\n'.repeat(20_000),
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  chmodSync(join(folder, 'artifacts/deep/tool.sh'), 0o755)
}

/** What a run's folder has in `artifacts` and `logs`: by path, mode and content. */
export function runFilesIn(folder: string): { [path: string]: string } {
  const found: { [path: string]: string } = {}
  for (const name of ['artifacts', 'logs']) {
    for (const entry of readdirSync(join(folder, name), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const mode = (statSync(path).mode & 0o777).toString(8)
      found[relative(folder, path)] = `${mode} ${readFileSync(path, 'utf8')}`
    }
  }
  return found
}

import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { checkRunId } from '@ion/store'

/** The folders made with every run. */
export const runFolders = ['nodes', 'logs', 'signals', 'claims', 'artifacts', 'blobs'] as const

/** Where things lie under `artifactsDir`: the only place that makes paths. */
export class Layout {
  /** Absolute. */
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** What is being made or being removed; never read. */
  get temporary(): string {
    return join(this.root, '.tmp')
  }

  /** A name that nobody else uses, on the same medium as all runs. */
  newTemporary(): string {
    return join(this.temporary, randomUUID())
  }

  /** What lists have read of runs. */
  get catalog(): string {
    return join(this.root, '.catalog')
  }

  get keys(): string {
    return join(this.root, '.keys')
  }

  /** Which run an idempotency key stands for. */
  key(key: string): string {
    return join(this.keys, createHash('sha256').update(JSON.stringify(key)).digest('hex'))
  }

  /** @throws {InvalidRecordError} when the id can't be a run's. */
  run(id: string): string {
    checkRunId(id)
    return join(this.root, id)
  }

  log(id: string): string {
    return join(this.run(id), 'events.jsonl')
  }

  /** What was noted of a run, beside its log. */
  logEntries(id: string): string {
    return join(this.run(id), 'log-entries.jsonl')
  }

  projection(id: string): string {
    return join(this.run(id), 'run.json')
  }

  /** A node path's slashes are folders: its parts have no dots, so `a.json` and the folder `a` don't meet. */
  node(id: string, path: string): string {
    return `${join(this.run(id), 'nodes', ...path.split('/'))}.json`
  }

  signal(id: string, sequence: number): string {
    return join(this.run(id), 'signals', `${sequence}.json`)
  }

  lease(id: string, claim: number): string {
    return join(this.run(id), 'claims', `${claim}.json`)
  }

  blob(id: string, sha256: string): string {
    return join(this.run(id), 'blobs', sha256)
  }
}

import { createHash } from 'node:crypto'
import type { CallOptions, StorePrimitives } from './contract.ts'
import { AlreadyExistsError, NotFoundError } from './errors.ts'
import type { WorkflowEvent } from './event.ts'
import { canonicalJson, copyJson, type Json } from './json.ts'
import type { WorkflowRun } from './run.ts'
import { type RunSnapshot, snapshotOf, type UnheldRun } from './run-snapshot.ts'
import type { WorkflowSignal } from './signal.ts'

/**
 * The digest of a whole run, made piece by piece: two stores have the same run when it is the same. The order between signals, events
 * and blobs does not matter, that within each kind does.
 */
export class RunDigest {
  readonly #run = createHash('sha256')
  readonly #signals = createHash('sha256')
  readonly #events = createHash('sha256')
  readonly #blobs = new Map<string, string>()

  constructor(run: UnheldRun) {
    this.#run.update(textOf(run))
  }

  addSignal(signal: WorkflowSignal): void {
    this.#signals.update(`${textOf(signal)}\n`)
  }

  addEvent(event: WorkflowEvent): void {
    this.#events.update(`${textOf(event)}\n`)
  }

  addBlob(ref: string, sha256: string): void {
    this.#blobs.set(ref, sha256)
  }

  /** A SHA-256 in hex over all that was added. Nothing can be added afterwards. */
  digest(): string {
    const parts = [this.#run, this.#signals, this.#events].map((part) => part.digest('hex'))
    const blobs = [...this.#blobs].sort(([a], [b]) => (a < b ? -1 : 1))
    return createHash('sha256')
      .update(JSON.stringify([parts, blobs]))
      .digest('hex')
  }
}

function textOf(value: object): string {
  const json: Json = JSON.parse(JSON.stringify(copyJson(value)))
  return canonicalJson(json)
}

/** The digest of a snapshot, which is read to its end. */
export async function digestSnapshot({ run, signals, events, blobs }: RunSnapshot): Promise<string> {
  const digest = new RunDigest(run)
  for await (const signal of signals) digest.addSignal(signal)
  for await (const event of events) digest.addEvent(event)
  for await (const { ref, bytes } of blobs) digest.addBlob(ref, sha256Of(bytes))
  return digest.digest()
}

/** A SHA-256 in hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * The digest of a run as a store has it: over its record without the claim, its signals, its events and the blobs that they name. The
 * same in every store.
 *
 * @throws {NotFoundError}, {CorruptError}
 *
 * @example
 * (await digestRun(files, id)) === (await digestRun(postgres, id)) // true once it was copied
 */
export async function digestRun(
  store: Pick<StorePrimitives, 'getWorkflowRun' | 'getWorkflowEvents' | 'getSignals' | 'readBlob'>,
  id: string,
  options?: CallOptions,
): Promise<string> {
  const run = await store.getWorkflowRun(id, options)
  if (!run) throw new NotFoundError(`there is no run ${id}`)
  return await digestSnapshot(snapshotOf(store, run, options))
}

/**
 * The run that has the id of one that is to be imported, when it is the very same.
 *
 * @param imported - The id, and the digest of what was handed in.
 * @returns `null` when there is no such run any more.
 * @throws {AlreadyExistsError} when it is another run.
 */
export async function sameRun(
  store: Pick<StorePrimitives, 'getWorkflowRun' | 'getWorkflowEvents' | 'getSignals' | 'readBlob'>,
  { id, digest }: { id: string; digest: string },
  options?: CallOptions,
): Promise<WorkflowRun | null> {
  const run = await store.getWorkflowRun(id, options)
  if (!run) return null
  if ((await digestSnapshot(snapshotOf(store, run, options))) === digest) return run
  throw new AlreadyExistsError(`run ${id} exists with other content`, { id })
}

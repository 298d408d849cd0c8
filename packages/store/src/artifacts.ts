import { z } from 'zod'
import { type ArtifactRecord, artifactRecordSchema, type RecordedFile } from './artifact-record.ts'
import type { BlobRef } from './blob-ref.ts'
import { readLog } from './compose-store.ts'
import type { CallOptions, StorePrimitives } from './contract.ts'
import { CorruptError } from './errors.ts'
import type { WorkflowEvent } from './event.ts'

/** Who left a file, and when. */
export interface ArtifactOrigin {
  /** The path of the node that ended. */
  nodeId: string
  attempt: number
  /** The event that has it. */
  sequence: number
  /** That event's time. */
  recordedAt: string
}

/** A file that a node left in the run's `artifacts/`. One with a `problem` has no digest, and can't be verified. */
export type Artifact = ArtifactRecord & ArtifactOrigin

/** Whether an artifact's content was recorded. */
export function isRecorded<Given extends ArtifactRecord>(artifact: Given): artifact is Given & RecordedFile {
  return !('problem' in artifact)
}

/** Every artifact that the log tells of, in the order of its events: one that was changed by a later node is told again. */
export async function* readArtifacts(
  store: Pick<StorePrimitives, 'getWorkflowEvents' | 'readBlob'>,
  id: string,
  options: CallOptions = {},
): AsyncGenerator<Artifact> {
  yield* artifactsIn(readLog(store, id, options), (ref) => store.readBlob(id, ref, options))
}

/**
 * Every artifact that some events tell of, in their order, for who reads a log for other things too.
 *
 * @param readBlob - Reads a list that is too large for its event.
 */
export async function* artifactsIn(
  events: AsyncIterable<WorkflowEvent> | Iterable<WorkflowEvent>,
  readBlob: (ref: string) => Promise<Uint8Array>,
): AsyncGenerator<Artifact> {
  for await (const { type, nodeId, payload, sequence, timestamp } of events) {
    if ((type !== 'node_completed' && type !== 'node_failed') || payload.artifacts === undefined) continue
    const { artifacts, attempt = 1 } = payload
    const records = Array.isArray(artifacts) ? artifacts : listIn(await readBlob(artifacts.ref), artifacts)
    for (const record of records) yield { ...record, nodeId, attempt, sequence, recordedAt: timestamp }
  }
}

/**
 * The files that a run's nodes left in its `artifacts/`, by their keys: each as the last node left it that changed it. The log has
 * them, so that every store does; the files are on the machine that executed the run.
 *
 * @throws `not_found`
 *
 * @example
 * for (const { key, nodeId } of await listArtifacts(store, runId)) console.log(key, 'by', nodeId)
 */
export async function listArtifacts(
  store: Pick<StorePrimitives, 'getWorkflowEvents' | 'readBlob'>,
  id: string,
  options: CallOptions = {},
): Promise<Artifact[]> {
  return await lastArtifacts(readArtifacts(store, id, options))
}

/** Of artifacts in the order of their events the last of each key, by keys. */
export async function lastArtifacts(artifacts: AsyncIterable<Artifact>): Promise<Artifact[]> {
  const last = new Map<string, Artifact>()
  for await (const artifact of artifacts) last.set(artifact.key, artifact)
  return [...last.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function listIn(bytes: Uint8Array, { ref }: BlobRef): ArtifactRecord[] {
  try {
    return z.array(artifactRecordSchema).parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (error) {
    throw new CorruptError(`the blob ${ref} is no list of artifacts`, {}, { cause: error })
  }
}

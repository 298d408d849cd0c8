import { z } from 'zod'
import { type BlobRef, blobRefSchema } from './blob-ref.ts'
import { checkRecord } from './check-record.ts'
import type { Blob, CallOptions, StorePrimitives } from './contract.ts'
import type { WorkflowEvent } from './event.ts'
import { failureSchema } from './event.ts'
import { copyJson } from './json.ts'
import { type NewRun, newRunSchema, type WorkflowRun } from './run.ts'
import type { WorkflowSignal } from './signal.ts'
import { runStatuses } from './transitions.ts'

/** A run's record without its claim: nobody holds a run that is moved. */
export type UnheldRun = Omit<WorkflowRun, 'claim'>

/** What is handed over piece by piece. */
export type Pieces<Piece> = Iterable<Piece> | AsyncIterable<Piece>

/**
 * A whole run as a store has it, to be made anew in another one. Its parts are read once, in this order: the signals, the events, the
 * blobs; so no more than a page of them, or one blob, need be in memory.
 */
export interface RunSnapshot {
  run: UnheldRun
  /** All signals, by their numbers. */
  signals: Pieces<WorkflowSignal>
  /** The whole log, by sequence. */
  events: Pieces<WorkflowEvent>
  /** Each blob that an event names, once. */
  blobs: Pieces<Blob>
}

const itemsAPage = 500

/**
 * A run as it stands now, to be handed to `importWorkflowRun`. What lands in the log afterwards is no part of it.
 *
 * @throws {NotFoundError}, {CorruptError} while it is read.
 */
export function snapshotOf(
  store: Pick<StorePrimitives, 'getWorkflowEvents' | 'getSignals' | 'readBlob'>,
  { claim: _, ...run }: UnheldRun & { claim?: unknown },
  options?: CallOptions,
): RunSnapshot {
  const { id, lastSequence, lastSignal } = run
  const refs = new Map<string, BlobRef>()
  async function* events() {
    const read = (after: number, limit: number) => store.getWorkflowEvents(id, { after, limit }, options)
    for await (const event of upTo(lastSequence, read)) {
      noteBlob(refs, event)
      yield event
    }
  }
  async function* blobs() {
    for (const { ref } of refs.values()) yield { ref, bytes: await store.readBlob(id, ref, options) }
  }
  const readSignals = (after: number, limit: number) => store.getSignals(id, { after, limit }, options)
  return { run, signals: upTo(lastSignal, readSignals), events: events(), blobs: blobs() }
}

/**
 * Remembers the blobs that an event names: its output, the list of its artifacts, the texts of its calls of the agent. Of two of one name
 * the last counts, as it does for their bytes.
 */
export function noteBlob(refs: Map<string, BlobRef>, { payload }: Pick<WorkflowEvent, 'payload'>): void {
  const { output, artifacts, usage } = payload as { [name: string]: unknown }
  const named = [output, artifacts]
  for (const entry of Array.isArray(usage) ? usage : []) named.push(entry?.call?.prompt, entry?.call?.output)
  for (const value of named) {
    const blob = blobRefSchema.safeParse(value)
    if (blob.success) refs.set(blob.data.ref, blob.data)
  }
}

/** The blobs that some events name. */
export function blobsNamedBy(events: Iterable<Pick<WorkflowEvent, 'payload'>>): BlobRef[] {
  const refs = new Map<string, BlobRef>()
  for (const event of events) noteBlob(refs, event)
  return [...refs.values()]
}

async function* upTo<Item extends { sequence: number }>(
  last: number,
  read: (after: number, limit: number) => Promise<Item[]>,
): AsyncGenerator<Item> {
  let after = 0
  while (after < last) {
    const page = await read(after, Math.min(itemsAPage, last - after))
    yield* page
    const end = page.at(-1)?.sequence ?? last
    after = end
  }
}

const time = z.iso.datetime({ precision: 3 })
const count = z.number().int().nonnegative()

const standingSchema = z.looseObject({
  status: z.enum(runStatuses),
  error: failureSchema.nullable(),
  createdAt: time,
  updatedAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  wakeAt: time.nullable(),
  lastSequence: count,
  lastSignal: count,
})

const fieldsOfRun = [
  ...['id', 'workflowName', 'status', 'userMessage', 'inputs', 'definition', 'metadata', 'priority'],
  ...['idempotencyKey', 'wakeAt', 'error', 'createdAt', 'updatedAt', 'startedAt', 'finishedAt'],
  ...['lastSequence', 'lastSignal'],
]
const strangeField = z.custom<object>(
  (run) =>
    typeof run === 'object' && run !== null && Object.keys(run).every((name) => fieldsOfRun.includes(name)),
  { message: 'has a field that no record of a run has' },
)

/** A copy of a record that was handed in. @throws {InvalidRecordError} naming every fault. */
export function givenRecord(given: UnheldRun): UnheldRun {
  checkRecord(strangeField, given, 'run')
  checkRecord(standingSchema, given, 'run')
  checkRecord(newRunSchema, creationOfImport(given), 'run')
  return copyJson(given)
}

/**
 * What an imported run counts as created from: its record as it is now. A run that was started had its `wakeAt` set and cleared by its
 * executions, so that is no part of it.
 */
export function creationOfImport(run: UnheldRun): Required<NewRun> {
  const { id, workflowName, definition, userMessage, inputs, metadata, priority, idempotencyKey } = run
  const wakeAt = run.lastSequence === 0 ? run.wakeAt : null
  return { id, workflowName, definition, userMessage, inputs, metadata, priority, idempotencyKey, wakeAt }
}

import {
  AlreadyExistsError,
  type CallOptions,
  RunIntake,
  type RunSnapshot,
  type StoreAbilities,
  type StorePrimitives,
  sameRun,
  UnavailableError,
  type WorkflowRun,
  type WorkflowSignal,
} from '@ion/store'
import { findTaken } from './create-run.ts'
import { escapeText } from './escaped-text.ts'
import { blobRows, eventRows, inChunks, outputRows, runRow, signalRows } from './import-statements.ts'
import { eventRow } from './packed-append.ts'
import { readRun } from './read-run.ts'
import type { BoundStatement, SqlDatabase } from './sql-database.ts'

/** What an import works with besides the snapshot. */
export interface Importing {
  abilities: StoreAbilities
  /** The store itself, to look at a run that is there already. */
  store: Pick<StorePrimitives, 'getWorkflowRun' | 'getWorkflowEvents' | 'getSignals' | 'readBlob'>
}

/** Makes a run as it was in another store: all of its rows in one transaction, which the run's own row begins. */
export async function importRun(
  database: SqlDatabase,
  snapshot: RunSnapshot,
  { abilities, store }: Importing,
  call?: CallOptions,
): Promise<WorkflowRun> {
  const intake = new RunIntake(snapshot, abilities)
  const { id, idempotencyKey } = intake.run
  const { statements, digest } = await gather(intake, database)
  for (let looks = 0; looks < 32; looks++) {
    const [row] = await database.sequence(statements, call)
    if (row) {
      const run = await readRun(database, id, call)
      if (run) return run
      continue
    }
    const same = await sameRun(store, { id, digest }, call)
    if (same) return same
    const key = idempotencyKey === null ? null : escapeText(idempotencyKey)
    const [taken] = await findTaken(database, { id, idempotencyKey: key }, call)
    if (!taken || taken.id === id) continue
    const message = `idempotency key ${JSON.stringify(idempotencyKey)} exists with other content`
    throw new AlreadyExistsError(message, { id: String(taken.id) })
  }
  throw new UnavailableError(`run ${id} was made and deleted again and again`, 'none')
}

/** Reads a snapshot to its end, as the statements that make the run. */
async function gather(
  intake: RunIntake,
  database: SqlDatabase,
): Promise<{ statements: BoundStatement[]; digest: string }> {
  const { id } = intake.run
  const signals: WorkflowSignal[] = await intake.signals()
  const parts: BoundStatement[] = []
  const events = inChunks(eventRows, database)
  const outputs = inChunks(outputRows, database)
  for await (const commit of intake.commits()) {
    const commitId = escapeText(commit.commitId)
    for (const event of commit.events) {
      const { sequence, timestamp } = event
      const { type, node_id, payload, output } = eventRow(event)
      parts.push(...events.add({ id, sequence, type, timestamp, nodeId: node_id, payload, commitId }))
      if (output !== null) parts.push(...outputs.add({ id, sequence, nodeId: node_id, output }))
    }
  }
  const sent = inChunks(signalRows, database)
  for (const signal of signals) {
    const { sequence, kind, gate, by, payload, sentAt, atEvent } = signal
    const content = payload === undefined ? null : JSON.stringify(payload)
    const sentBy = by === undefined ? null : escapeText(by)
    const answered = { gateNodeId: gate?.nodeId ?? null, gateOpened: gate?.opened ?? null }
    const place = { id, sequence, signalId: escapeText(signal.id), kind, sentBy, sentAt, atEvent }
    parts.push(...sent.add({ ...place, ...answered, payload: content }))
  }
  parts.push(...events.rest(), ...outputs.rest(), ...sent.rest())
  const blobs = inChunks(blobRows, database)
  for await (const { ref, bytes } of intake.blobs()) {
    parts.push(...blobs.add({ id, ref, bytes: Buffer.from(bytes) }))
  }
  parts.push(...blobs.rest())
  const lastSignalAt = signals.at(-1)?.sentAt ?? null
  return { statements: [...runRow(intake, lastSignalAt, database), ...parts], digest: intake.finish() }
}

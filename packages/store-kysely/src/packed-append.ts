import { type Append, appendDigest, type ClaimAppend, type GrantRequest, type NewEvent } from '@ion/store'
import { type AppendShape, type ClaimGuard, eventColumns } from './append-statement.ts'
import { escapeText } from './escaped-text.ts'
import { planFence } from './plan-fence.ts'
import type { StepValues } from './sql-database.ts'
import type { SqlFlavor } from './sql-flavor.ts'

/** An append as statements take it: nothing in it is the caller's any more. */
export interface PackedAppend {
  shape: Omit<AppendShape, 'guard'>
  values: StepValues
  /** One text for all appends of the same content, whoever holds the run. */
  digest: string
}

/** Turns an append into parameters. `guard` is added when it is run. */
export function packAppend(
  append: Append | ClaimAppend,
  flavor: SqlFlavor,
  grant?: GrantRequest,
): PackedAppend {
  const { error, wakeAt, signalFloor, ...fence } = planFence(append, grant ? 'claim' : 'append')
  const rows = append.events.map(eventRow)
  // Of blobs of one name the last counts; a statement can't write the same row twice.
  const blobs = [...new Map((append.blobs ?? []).map((blob) => [blob.ref, blob])).values()]
  const { definition } = append.run ?? {}
  const digest = appendDigest(append, grant)
  return {
    shape: {
      grants: grant !== undefined,
      fence,
      setsError: error !== undefined,
      setsWakeAt: wakeAt !== undefined,
      takesSignals: signalFloor > 0,
      events: rows.length > 0,
      outputs: rows.some(({ output }) => output !== null),
      definition: definition !== undefined,
      blobs: blobs.length,
    },
    values: {
      ...flavor.batchValues(eventColumns, rows),
      rows,
      commitId: escapeText(append.commitId),
      expectedSequence: numberOrNone(append.expectedSequence),
      expectedSignal: numberOrNone('expectedSignal' in append ? append.expectedSignal : undefined),
      count: rows.length,
      digest,
      signalFloor: Math.min(Math.ceil(signalFloor), Number.MAX_SAFE_INTEGER),
      error: error ? JSON.stringify(error) : null,
      wakeAt,
      definition: definition && JSON.stringify(definition),
      ...Object.fromEntries(
        blobs.flatMap(({ ref, bytes }, index) => [
          [`ref${index + 1}`, ref],
          [`bytes${index + 1}`, Buffer.from(bytes)],
        ]),
      ),
      ...(grant ? { owner: JSON.stringify(grant.owner), ttlMs: grant.ttlMs } : {}),
    },
    digest,
  }
}

/** What can't be a number in a run is written as one that no run has: a column of whole numbers takes nothing else. */
function numberOrNone(value: number | undefined): number {
  return Number.isSafeInteger(value) ? Number(value) : -1
}

/** What tells statements apart that are otherwise built alike. */
export function keyOf(shape: Omit<AppendShape, 'guard'>, guard: ClaimGuard): string {
  return `append ${guard} ${JSON.stringify(shape)}`
}

/** A row of the batch of an append's events. */
export type EventRow = { readonly [Column in (typeof eventColumns)[number]]: string | null }

/** An output lies in a table of its own, and there alone. */
export function eventRow({ type, nodeId, payload }: NewEvent): EventRow {
  if (type !== 'node_completed' || payload.output === undefined) {
    return { type, node_id: nodeId ?? null, payload: JSON.stringify(payload), output: null }
  }
  const { output, ...rest } = payload
  return { type, node_id: nodeId, payload: JSON.stringify(rest), output: JSON.stringify(output) }
}

import {
  CorruptError,
  type Failure,
  type HeldClaim,
  type JsonObject,
  type Owner,
  type RunHead,
  type RunStatus,
  type RunSummary,
  runStatuses,
  type StoredDefinition,
  viewClaim,
  type WorkflowRun,
} from '@ion/store'
import { sql } from 'kysely'
import { integerOf, jsonOf, timeOf, timeOrNull } from './columns.ts'
import { unescapeText } from './escaped-text.ts'
import type { Row } from './parameter.ts'
import type { Sql, SqlFlavor } from './sql-flavor.ts'

/** What a summary needs of a row of `workflow_runs` called `run`, and the database's time. */
export function summaryColumns(flavor: SqlFlavor): Sql {
  const times = timeColumns.map((name) => sql`${flavor.timeText(sql.ref(`run.${name}`))} as ${sql.ref(name)}`)
  return sql`
    run.id, run.workflow_name, run.status, run.user_message, run.priority, run.idempotency_key,
    cast(run.error as text) as error, run.last_sequence, run.last_signal, run.claim_token, run.claim_number,
    cast(run.claim_owner as text) as claim_owner, ${sql.join(times)}, ${flavor.timeText(flavor.now)} as now`
}

const timeColumns = ['created_at', 'updated_at', 'started_at', 'finished_at', 'wake_at', 'claim_expires_at']

/** What a record needs besides, of a row of `workflow_run_contents` called `content`. */
export const contentColumns = sql`
  cast(content.definition as text) as definition, cast(content.inputs as text) as inputs,
  cast(content.metadata as text) as metadata`

/** The part of a run that the rules of appends look at. */
export function headOf(row: Row): RunHead {
  return {
    status: statusOf(row.status),
    lastSequence: integerOf(row.last_sequence),
    lastSignal: integerOf(row.last_signal),
    claim: claimOf(row),
    error: jsonOf<Failure>(row.error),
    wakeAt: timeOrNull(row.wake_at),
    startedAt: timeOrNull(row.started_at),
    finishedAt: timeOrNull(row.finished_at),
    updatedAt: timeOf(row.updated_at),
  }
}

/** A run as lists have it, its claim judged by the database's time. */
export function summaryOf(row: Row): RunSummary {
  const { claim, ...head } = headOf(row)
  return {
    id: String(row.id),
    workflowName: unescapeText(String(row.workflow_name)),
    userMessage: unescapeText(String(row.user_message)),
    priority: integerOf(row.priority),
    idempotencyKey: row.idempotency_key === null ? null : unescapeText(String(row.idempotency_key)),
    createdAt: timeOf(row.created_at),
    ...head,
    claim: viewClaim(claim, timeOf(row.now)),
  }
}

/** A run's record. */
export function recordOf(row: Row): WorkflowRun {
  const definition = jsonOf<StoredDefinition>(row.definition)
  const inputs = jsonOf<JsonObject>(row.inputs)
  const metadata = jsonOf<JsonObject>(row.metadata)
  if (definition && inputs && metadata) return { ...summaryOf(row), definition, inputs, metadata }
  throw new CorruptError(`run ${row.id} has no contents`)
}

function claimOf(row: Row): HeldClaim | null {
  const owner = jsonOf<Owner>(row.claim_owner)
  if (row.claim_token === null || owner === null) return null
  return {
    token: unescapeText(String(row.claim_token)),
    number: integerOf(row.claim_number),
    expiresAt: timeOf(row.claim_expires_at),
    owner,
  }
}

function statusOf(value: unknown): RunStatus {
  const status = runStatuses.find((known) => known === value)
  if (status) return status
  throw new CorruptError(`${JSON.stringify(value)} is no status of a run`)
}

import {
  AlreadyExistsError,
  type CallOptions,
  copyJson,
  creationDigest,
  type NewRun,
  UnavailableError,
  type WorkflowRun,
} from '@ion/store'
import { sql } from 'kysely'
import { timeOf } from './columns.ts'
import { escapeText } from './escaped-text.ts'
import { Parameter, type Row, type Values } from './parameter.ts'
import { readRun } from './read-run.ts'
import type { SqlDatabase } from './sql-database.ts'
import { sqlErrorKind } from './sql-errors.ts'
import type { Step } from './sql-flavor.ts'

const value = (name: string) => sql`${new Parameter(name)}`

/** Creates a run unless its id or key is taken; the same again gives the run that is there. */
export async function createRun(
  database: SqlDatabase,
  run: Required<NewRun>,
  call?: CallOptions,
): Promise<WorkflowRun> {
  const { definition, inputs, metadata, id, idempotencyKey, userMessage, priority, wakeAt } = run
  const digest = creationDigest(run)
  const values = {
    ...{ id, priority, wakeAt, digest },
    workflowName: escapeText(run.workflowName),
    userMessage: escapeText(userMessage),
    idempotencyKey: idempotencyKey === null ? null : escapeText(idempotencyKey),
    definition: JSON.stringify(definition),
    inputs: JSON.stringify(inputs),
    metadata: JSON.stringify(metadata),
  }
  for (let looks = 0; looks < 32; looks++) {
    const row = await insert(database, values, call)
    if (row) return created(run, timeOf(row.created_at))
    const taken = await findTaken(database, values, call)
    const byKey = taken.find(
      (other) => other.idempotency_key !== null && other.idempotency_key === values.idempotencyKey,
    )
    const existing = byKey ?? taken[0]
    if (!existing) continue
    const oneRun = taken.every((other) => other.id === existing.id)
    if (oneRun && existing.creation_digest === digest) {
      const record = await readRun(database, String(existing.id), call)
      if (record) return record
      // It was deleted meanwhile.
      continue
    }
    const what = byKey ? `idempotency key ${JSON.stringify(idempotencyKey)}` : `run ${id}`
    throw new AlreadyExistsError(`${what} exists with other content`, { id: String(existing.id) })
  }
  throw new UnavailableError(`run ${id} was created and deleted again and again`, 'none')
}

async function insert(database: SqlDatabase, values: Values, call?: CallOptions) {
  const { tables, flavor } = database
  const step = (): Step => ({
    fence: sql`
      insert into ${tables.workflow_runs}
        (id, workflow_name, status, user_message, priority, idempotency_key, wake_at, creation_digest, created_at, updated_at,
          last_sequence, last_signal, claim_number)
      select ${value('id')}, ${value('workflowName')}, 'pending', ${value('userMessage')},
        cast(${value('priority')} as ${flavor.integer}), ${value('idempotencyKey')}, ${flavor.asTime(value('wakeAt'))},
        ${value('digest')}, clock.now, clock.now, 0, 0, 0
      from (select ${flavor.now} as now) as clock where true
      on conflict do nothing`,
    returns: { columns: ['id'], times: ['created_at'] },
    writes: [
      {
        statement: (from) => sql`
          insert into ${tables.workflow_run_contents} (run_id, definition, inputs, metadata)
          select fenced.id, ${flavor.json(value('definition'))}, ${flavor.json(value('inputs'))},
            ${flavor.json(value('metadata'))}
          from ${from}`,
      },
    ],
  })
  try {
    return await database.step('create', step, values, call)
  } catch (error) {
    if (sqlErrorKind(error) === 'duplicate') return undefined
    throw error
  }
}

/** The runs that have an id, or an idempotency key as it is stored. */
export async function findTaken(
  database: SqlDatabase,
  values: Values,
  call?: CallOptions,
): Promise<readonly Row[]> {
  const statement = () => sql`
    select id, idempotency_key, creation_digest from ${database.tables.workflow_runs}
    where id = ${value('id')} or idempotency_key = ${value('idempotencyKey')}`
  return await database.query('taken', statement, values, call)
}

function created(run: Required<NewRun>, createdAt: string): WorkflowRun {
  return copyJson({
    ...run,
    status: 'pending',
    error: null,
    createdAt,
    updatedAt: createdAt,
    startedAt: null,
    finishedAt: null,
    lastSequence: 0,
    lastSignal: 0,
    claim: null,
  } satisfies WorkflowRun)
}

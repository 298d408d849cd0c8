import type { RunIntake } from '@ion/store'
import { sql } from 'kysely'
import { escapeText } from './escaped-text.ts'
import { Parameter, type Values } from './parameter.ts'
import type { BoundStatement, SqlDatabase } from './sql-database.ts'
import type { Sql, SqlFlavor } from './sql-flavor.ts'
import type { TableName, Tables } from './tables.ts'

/** A kind of rows that an import writes. */
export interface ImportedRows {
  table: TableName
  /** By column: the name of its value. */
  columns: { readonly [column: string]: string }
  /** How many rows one statement writes when there are as many. */
  atOnce: number
}

const integers = new Set([
  'sequence',
  'gate_opened',
  'at_event',
  'priority',
  'last_sequence',
  'last_signal',
  'attempt',
])
const times = new Set([
  'timestamp',
  'sent_at',
  'created_at',
  'updated_at',
  'started_at',
  'finished_at',
  'wake_at',
  'last_signal_at',
  'annotated_at',
])
const jsons = new Set(['value', 'payload', 'output', 'error', 'definition', 'inputs', 'metadata'])

/** A column's value: a parameter by itself says nothing of its type. */
function write(flavor: SqlFlavor, column: string, parameter: Sql): Sql {
  if (integers.has(column)) return sql`cast(${parameter} as ${flavor.integer})`
  if (times.has(column)) return flavor.asTime(parameter)
  if (jsons.has(column)) return flavor.json(parameter)
  return column === 'bytes' ? sql`cast(${parameter} as ${flavor.bytes})` : parameter
}

/** Events, without the outputs of completed nodes. */
export const eventRows: ImportedRows = {
  table: 'workflow_events',
  columns: {
    ...{ run_id: 'id', sequence: 'sequence', event_type: 'type', timestamp: 'timestamp' },
    ...{ node_id: 'nodeId', payload: 'payload', commit_id: 'commitId' },
  },
  atOnce: 64,
}

/** Outputs of completed nodes. */
export const outputRows: ImportedRows = {
  table: 'workflow_node_outputs',
  columns: { run_id: 'id', sequence: 'sequence', node_id: 'nodeId', output: 'output' },
  atOnce: 16,
}

/** Signals. */
export const signalRows: ImportedRows = {
  table: 'workflow_signals',
  columns: {
    ...{
      run_id: 'id',
      sequence: 'sequence',
      signal_id: 'signalId',
      kind: 'kind',
      gate_node_id: 'gateNodeId',
    },
    ...{
      gate_opened: 'gateOpened',
      sent_by: 'sentBy',
      payload: 'payload',
      sent_at: 'sentAt',
      at_event: 'atEvent',
    },
  },
  atOnce: 16,
}

/** Annotations. */
export const annotationRows: ImportedRows = {
  table: 'workflow_annotations',
  columns: {
    ...{ run_id: 'id', sequence: 'sequence', annotation_key: 'key', value: 'value', actor: 'actor' },
    ...{ scope: 'scope', attempt: 'attempt', idempotency_key: 'idempotencyKey', annotated_at: 'annotatedAt' },
  },
  atOnce: 16,
}

/** Blobs. */
export const blobRows: ImportedRows = {
  table: 'workflow_blobs',
  columns: { run_id: 'id', ref: 'ref', bytes: 'bytes' },
  atOnce: 1,
}

/** Gathers rows to statements of many rows each; what is left in the end is written row by row. */
export function inChunks(rows: ImportedRows, { tables, flavor }: SqlDatabase) {
  let waiting: Values[] = []
  const statement = (chunk: readonly Values[]): BoundStatement => ({
    key: `import ${rows.table} ${chunk.length}`,
    build: () => insertion(rows, { tables, flavor, count: chunk.length }),
    values: Object.fromEntries(
      chunk.flatMap((row, index) => Object.entries(row).map(([name, value]) => [`${name}${index}`, value])),
    ),
  })
  return {
    add(row: Values): BoundStatement[] {
      waiting.push(row)
      if (waiting.length < rows.atOnce) return []
      const chunk = waiting
      waiting = []
      return [statement(chunk)]
    },
    rest: (): BoundStatement[] => waiting.map((row) => statement([row])),
  }
}

function insertion(rows: ImportedRows, into: { tables: Tables; flavor: SqlFlavor; count: number }): Sql {
  const { tables, flavor, count } = into
  const columns = Object.entries(rows.columns)
  // To whoever reads the feed, imported events are new.
  const position = rows.table === 'workflow_events' ? flavor.feed.position(tables) : undefined
  const names = columns.map(([column]) => sql.ref(column))
  const values = Array.from({ length: count }, (_, index) => {
    const row = columns.map(([column, name]) =>
      write(flavor, column, sql`${new Parameter(`${name}${index}`)}`),
    )
    return sql`(${sql.join(position ? [...row, sql`${position} + ${sql.lit(index)}`] : row)})`
  })
  const named = sql.join(position ? [...names, sql.ref('position')] : names)
  return sql`insert into ${tables[rows.table]} (${named}) values ${sql.join(values)}`
}

/** The run's own row, which is not made where its id or key is taken, and its contents. */
export function runRow(
  { run, creation }: RunIntake,
  lastSignalAt: string | null,
  { tables, flavor }: SqlDatabase,
): BoundStatement[] {
  const { id, idempotencyKey, error, definition, inputs, metadata } = run
  const values: Values = {
    ...run,
    workflowName: escapeText(run.workflowName),
    userMessage: escapeText(run.userMessage),
    idempotencyKey: idempotencyKey === null ? null : escapeText(idempotencyKey),
    error: error === null ? null : JSON.stringify(error),
    creation,
    lastSignalAt,
  }
  const columns = Object.entries(runColumns)
  const written = columns.map(([column, name]) => write(flavor, column, sql`${new Parameter(name)}`))
  const contents = {
    id,
    definition: JSON.stringify(definition),
    inputs: JSON.stringify(inputs),
    metadata: JSON.stringify(metadata),
  }
  const value = (name: string) => flavor.json(sql`${new Parameter(name)}`)
  return [
    {
      key: 'import run',
      build: () => sql`
        insert into ${tables.workflow_runs} (${sql.join(columns.map(([column]) => sql.ref(column)))}, claim_number)
        values (${sql.join(written)}, 0) on conflict do nothing returning id`,
      values,
    },
    {
      key: 'import contents',
      build: () => sql`
        insert into ${tables.workflow_run_contents} (run_id, definition, inputs, metadata)
        values (${new Parameter('id')}, ${value('definition')}, ${value('inputs')}, ${value('metadata')})`,
      values: contents,
    },
  ]
}

const runColumns = {
  ...{ id: 'id', workflow_name: 'workflowName', status: 'status', user_message: 'userMessage' },
  ...{ created_at: 'createdAt', updated_at: 'updatedAt', started_at: 'startedAt', finished_at: 'finishedAt' },
  ...{
    wake_at: 'wakeAt',
    priority: 'priority',
    idempotency_key: 'idempotencyKey',
    creation_digest: 'creation',
  },
  ...{
    error: 'error',
    last_sequence: 'lastSequence',
    last_signal: 'lastSignal',
    last_signal_at: 'lastSignalAt',
  },
}

import {
  type CallOptions,
  type Json,
  type LogQuery,
  levelsFrom,
  logLevels,
  type NewLogEntry,
  NotFoundError,
  type StoredLogEntry,
} from '@ion/store'
import { sql } from 'kysely'
import { integerOf, jsonOf, timeOf } from './columns.ts'
import { escapeText, unescapeText } from './escaped-text.ts'
import { Parameter, type Row } from './parameter.ts'
import { checkRunExists } from './read-run.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { BatchRow, Sql, Step } from './sql-flavor.ts'

const value = (name: string) => sql`${new Parameter(name)}`
const columns = ['logged_at', 'level', 'message', 'data', 'node_id', 'attempt'] as const

/** Stores log entries with the run's next numbers, all of them in one step. */
export async function writeLogEntries(
  database: SqlDatabase,
  id: string,
  entries: readonly NewLogEntry[],
  call?: CallOptions,
): Promise<void> {
  const rows = entries.map(rowOf)
  const values = { ...database.flavor.batchValues(columns, rows), rows, id, count: rows.length }
  const row = await database.step('write log entries', () => writing(database), values, call)
  if (!row) throw new NotFoundError(`there is no run ${id}`)
}

/** The log entries that a query finds, in order. @throws {NotFoundError} when there is no such run. */
export async function readLogEntries(
  database: SqlDatabase,
  id: string,
  query: LogQuery & { after: number },
  call?: CallOptions,
): Promise<StoredLogEntry[]> {
  const { level, nodeId, attempt, since, until, after, limit } = query
  const { flavor } = database
  const conditions: Sql[] = [sql`sequence > ${value('after')}`]
  const where = (given: unknown, condition: () => Sql) => {
    if (given !== undefined) conditions.push(condition())
  }
  where(level, () => sql`level in (${sql.join(levelsFrom(level ?? 'debug').map((name) => sql.lit(name)))})`)
  // The character after the slash is the zero.
  where(
    nodeId,
    () =>
      sql`(node_id = ${value('nodeId')} or (node_id >= ${value('inside')} and node_id < ${value('beyond')}))`,
  )
  where(attempt, () => sql`attempt = ${value('attempt')}`)
  where(since, () => sql`logged_at >= ${flavor.asTime(value('since'))}`)
  where(until, () => sql`logged_at < ${flavor.asTime(value('until'))}`)
  const values = {
    ...{ id, nodeId, inside: `${nodeId}/`, beyond: `${nodeId}0`, attempt },
    ...{ since, until, after, limit },
  }
  const given = [nodeId, attempt, since, until].map((each) => each !== undefined)
  const rows = await database.query(
    `read log entries ${level} ${given}`,
    () => selecting(database, conditions),
    values,
    call,
  )
  if (rows.length === 0) await checkRunExists(database, id, call)
  return rows.map((row) => entryOf(id, row))
}

function writing({ tables, flavor }: SqlDatabase): Step {
  return {
    fence: sql`
      update ${tables.workflow_runs} as run set last_log_entry = run.last_log_entry + ${value('count')}
      where run.id = ${value('id')}`,
    returns: { columns: ['id', 'last_log_entry'], times: [] },
    writes: [
      {
        each: columns,
        statement: (from, column) => sql`
        insert into ${tables.workflow_log_entries}
          (run_id, sequence, logged_at, level, message, data, node_id, attempt)
        select fenced.id, fenced.last_log_entry - ${value('count')} + ${column('position')},
          ${flavor.asTime(column('logged_at'))}, ${column('level')}, ${column('message')},
          ${flavor.json(column('data'))}, ${column('node_id')}, cast(${column('attempt')} as ${flavor.integer})
        from ${from}`,
      },
    ],
  }
}

function selecting({ tables, flavor }: SqlDatabase, conditions: readonly Sql[]): Sql {
  return sql`
    select sequence, ${flavor.timeText(sql`logged_at`)} as logged_at, level, message, cast(data as text) as data,
      node_id, attempt
    from ${tables.workflow_log_entries}
    where run_id = ${value('id')} and ${sql.join(conditions, sql` and `)}
    order by sequence limit ${value('limit')}`
}

function rowOf({ time, level, message, data, nodeId, attempt }: NewLogEntry): BatchRow {
  return {
    ...{ logged_at: time, level, message: escapeText(message) },
    data: data === undefined ? null : JSON.stringify(data),
    node_id: nodeId ?? null,
    attempt: attempt === undefined ? null : `${attempt}`,
  }
}

function entryOf(runId: string, { data, node_id: nodeId, attempt, ...row }: Row): StoredLogEntry {
  return {
    time: timeOf(row.logged_at),
    level: logLevels.find((level) => level === row.level) ?? 'info',
    message: unescapeText(String(row.message)),
    ...(data === null ? {} : { data: jsonOf<Json>(data) }),
    ...(nodeId === null ? {} : { nodeId: String(nodeId) }),
    ...(attempt === null ? {} : { attempt: integerOf(attempt) }),
    runId,
    sequence: integerOf(row.sequence),
  }
}

import { sql } from 'kysely'
import { Parameter } from './parameter.ts'
import { postgresFeed } from './postgres-feed.ts'
import type { Sql, SqlFlavor } from './sql-flavor.ts'

/**
 * PostgreSQL. A step is one statement, and so one round trip: its writes are common table expressions that select from
 * the fenced row.
 *
 * @see https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING
 */
export const postgresFlavor: SqlFlavor = {
  now: sql`date_trunc('milliseconds', clock_timestamp())`,
  clock: {
    now: sql`clock.now`,
    from: sql`from (select date_trunc('milliseconds', clock_timestamp()) as now) as clock`,
  },
  later: (time, milliseconds) =>
    sql`(${time} + cast(${milliseconds} as double precision) * interval '1 millisecond')`,
  json: (text) => sql`cast(${text} as json)`,
  asTime: (text) => sql`cast(${text} as timestamptz)`,
  timeText,
  forUpdate: sql`for update`,
  text: sql`text collate "C"`,
  time: sql`timestamptz(3)`,
  integer: sql`bigint`,
  bytes: sql`bytea`,
  jsonColumn: (name) => sql`${sql.ref(name)} json`,
  keyedTable: sql``,
  changingTable: sql`with (fillfactor = 70)`,
  tableExists: (schema, name) =>
    sql`select 1 as found where to_regclass(${schema === undefined ? name : `"${schema.replaceAll('"', '""')}".${name}`}) is not null`,
  feed: postgresFeed,

  statements({ fence, returns, writes }) {
    const returned = sql.join([...returns.columns, ...returns.times].map((column) => sql.ref(column)))
    const parts = [sql`fenced as (${fence} returning ${returned})`]
    const columns = new Set(writes.flatMap(({ each = [] }) => each))
    if (columns.size > 0) parts.unshift(sql`batch as materialized (${rowsOf([...columns])})`)
    writes.forEach(({ each, having, statement }, index) => {
      const condition = having === undefined ? sql`true` : sql`batch.${sql.ref(having)} is not null`
      const from = each ? sql`fenced, batch where ${condition}` : sql`fenced where true`
      const write = statement(from, (column) => sql`batch.${sql.ref(column)}`)
      parts.push(sql`${sql.ref(`write_${index + 1}`)} as (${write})`)
    })
    const times = returns.times.map((column) => sql`${timeText(sql.ref(column))} as ${sql.ref(column)}`)
    const result = sql.join([...returns.columns.map((column) => sql.ref(column)), ...times])
    return [{ statement: sql`with ${sql.join(parts)} select ${result} from fenced` }]
  },

  batchValues(columns, rows) {
    return Object.fromEntries(columns.map((column) => [column, rows.map((row) => row[column] ?? null)]))
  },
}

function rowsOf(columns: readonly string[]): Sql {
  const arrays = columns.map((column) => sql`cast(${new Parameter(column)} as text[])`)
  const names = [...columns, 'position'].map((column) => sql.ref(column))
  return sql`select * from unnest(${sql.join(arrays)}) with ordinality as given (${sql.join(names)})`
}

function timeText(time: Sql): Sql {
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

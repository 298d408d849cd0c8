import { sql } from 'kysely'
import { Parameter } from './parameter.ts'
import type { SqlFlavor } from './sql-flavor.ts'

/**
 * PostgreSQL. A step is one statement, and so one round trip: its writes are common table expressions that select from
 * the fenced row.
 *
 * @see https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING
 */
export const postgresFlavor: SqlFlavor = {
  now: sql`date_trunc('milliseconds', clock_timestamp())`,
  later: (time, milliseconds) =>
    sql`(${time} + cast(${milliseconds} as double precision) * interval '1 millisecond')`,
  json: (text) => sql`cast(${text} as json)`,
  asTime: (text) => sql`cast(${text} as timestamptz)`,
  text: sql`text collate "C"`,
  time: sql`timestamptz(3)`,
  integer: sql`bigint`,
  bytes: sql`bytea`,
  jsonColumn: (name) => sql`${sql.ref(name)} json`,
  keyedTable: sql``,
  changingTable: sql`with (fillfactor = 70)`,
  tableExists: (schema, name) =>
    sql`select 1 as found where to_regclass(${schema === undefined ? name : `"${schema.replaceAll('"', '""')}".${name}`}) is not null`,

  statements({ fence, batch, writes }) {
    const parts = [sql`fenced as (${fence})`]
    if (batch) {
      const arrays = batch.map((column) => sql`cast(${new Parameter(column)} as text[])`)
      const names = sql.join([...batch, 'position'].map((column) => sql.ref(column)))
      parts.unshift(
        sql`batch as materialized (select * from unnest(${sql.join(arrays)}) with ordinality as given (${names}))`,
      )
    }
    const from = { fenced: sql`fenced`, batch: sql`batch` }
    writes(from).forEach((write, index) => {
      parts.push(sql`${sql.ref(`write_${index + 1}`)} as (${write})`)
    })
    return [sql`with ${sql.join(parts)} select * from fenced`]
  },

  batchValues(columns, rows) {
    return Object.fromEntries(columns.map((column) => [column, rows.map((row) => row[column] ?? null)]))
  },
}

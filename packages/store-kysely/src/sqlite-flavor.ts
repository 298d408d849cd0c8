import { sql } from 'kysely'
import { Parameter } from './parameter.ts'
import type { SqlFlavor } from './sql-flavor.ts'

/** SQLite, and what speaks its SQL. A step is a few statements in a transaction that begins by writing. */
export const sqliteFlavor: SqlFlavor = {
  now: sql`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`,
  later: (time, milliseconds) =>
    sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${time}, printf('+%.3f seconds', ${milliseconds} / 1000.0))`,
  json: (text) => text,
  asTime: (text) => text,
  text: sql`text`,
  time: sql`text`,
  integer: sql`integer`,
  bytes: sql`blob`,
  jsonColumn: (name) => sql`${sql.ref(name)} text check (json_valid(${sql.ref(name)}))`,
  keyedTable: sql`without rowid`,
  changingTable: sql``,
  tableExists: (_, name) => sql`select 1 as found from sqlite_master where type = 'table' and name = ${name}`,

  statements({ fence, batch = [], writes }) {
    const columns = batch.map(
      (column, index) => sql`json_extract(value, ${sql.lit(`$[${index}]`)}) as ${sql.ref(column)}`,
    )
    const rows = sql`(select key + 1 as position, ${sql.join(columns)} from json_each(${new Parameter('batch')}))`
    const runs = sql`(select * from workflow_runs where id = ${new Parameter('id')})`
    return [fence, ...writes({ fenced: sql`${runs} as fenced`, batch: sql`${rows} as batch` })]
  },

  batchValues(columns, rows) {
    return { batch: JSON.stringify(rows.map((row) => columns.map((column) => row[column] ?? null))) }
  },
}

import { sql } from 'kysely'
import { Parameter } from './parameter.ts'
import type { SqlFlavor } from './sql-flavor.ts'
import { sqliteFeed } from './sqlite-feed.ts'

// The same all through a statement.
const now = sql`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`

/** SQLite, and what speaks its SQL. A step is a few statements in a transaction that begins by writing. */
export const sqliteFlavor: SqlFlavor = {
  now,
  clock: { now, from: sql`` },
  later: (time, milliseconds) =>
    sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${time}, printf('+%.3f seconds', ${milliseconds} / 1000.0))`,
  json: (text) => text,
  asTime: (text) => text,
  timeText: (time) => time,
  forUpdate: sql``,
  text: sql`text`,
  time: sql`text`,
  integer: sql`integer`,
  bytes: sql`blob`,
  jsonColumn: (name) => sql`${sql.ref(name)} text check (json_valid(${sql.ref(name)}))`,
  keyedTable: sql`without rowid`,
  changingTable: sql``,
  tableExists: (_, name) => sql`select 1 as found from sqlite_master where type = 'table' and name = ${name}`,
  feed: sqliteFeed,

  statements({ fence, returns, writes }) {
    const returned = sql.join([...returns.columns, ...returns.times].map((column) => sql.ref(column)))
    const fenced = sql`(select * from workflow_runs where id = ${new Parameter('id')}) as fenced where true`
    const value = (column: string) => sql`${new Parameter(column)}`
    return [
      { statement: sql`${fence} returning ${returned}` },
      ...writes.map(({ each, having, statement }) => ({
        statement: statement(fenced, value),
        ...(each ? { each: { having } } : {}),
      })),
    ]
  },

  batchValues: () => ({}),
}

import { logLevels } from '@ion/store'
import { sql } from 'kysely'
import type { Sql, SqlFlavor } from '../sql-flavor.ts'
import type { Tables } from '../tables.ts'

/** Log entries, which are numbered by their run's row. It asks for the first tables, and for no other migration. */
export function createLogEntries(tables: Tables, flavor: SqlFlavor): Sql[] {
  const { text, time, integer, keyedTable } = flavor
  const levels = sql.join(logLevels.map((level) => sql.lit(level)))
  return [
    sql`alter table ${tables.workflow_runs} add column last_log_entry ${integer} not null default 0`,
    sql`
      create table ${tables.workflow_log_entries} (
        run_id ${text} not null,
        sequence ${integer} not null,
        logged_at ${time} not null,
        level ${text} not null check (level in (${levels})),
        message ${text} not null,
        ${flavor.jsonColumn('data')},
        node_id ${text},
        attempt ${integer},
        primary key (run_id, sequence)
      ) ${keyedTable}`,
  ]
}

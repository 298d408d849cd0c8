import { sql } from 'kysely'
import type { Sql, SqlFlavor } from '../sql-flavor.ts'
import type { Tables } from '../tables.ts'

/** Annotations, which are numbered by their run's row as signals are. It asks for the first tables, and for no other migration. */
export function createAnnotations(tables: Tables, flavor: SqlFlavor): Sql[] {
  const { text, time, integer, keyedTable } = flavor
  return [
    sql`alter table ${tables.workflow_runs} add column last_annotation ${integer} not null default 0`,
    sql`alter table ${tables.workflow_runs} add column last_annotation_at ${time}`,
    sql`
      create table ${tables.workflow_annotations} (
        run_id ${text} not null,
        sequence ${integer} not null,
        annotation_key ${text} not null,
        ${flavor.jsonColumn('value')},
        actor ${text},
        scope ${text},
        attempt ${integer},
        idempotency_key ${text},
        annotated_at ${time} not null,
        primary key (run_id, sequence),
        unique (run_id, idempotency_key)
      ) ${keyedTable}`,
  ]
}

import { type RawBuilder, sql } from 'kysely'
import { eventsByTime } from './events-by-time.ts'
import type { SqlFeed } from './sql-feed.ts'
import type { Tables } from './tables.ts'

/** As a number: there is no cast for it, and an index takes it in order. */
const asNumber = (transaction: RawBuilder<unknown>) => sql`cast(cast(${transaction} as text) as bigint)`

/**
 * An event's position in Postgres is the id of the transaction that wrote it. Ids are given in order, but transactions commit in any:
 * the feed ends before the oldest that is still at work (`pg_snapshot_xmin`), since all before that "are either committed and
 * visible, or rolled back and dead".
 *
 * Of one run, a later event has a higher id, although an append has its id before it waits for the run's row. An append is a statement and
 * a transaction by itself. Its snapshot comes first, its id only with its first write, which is the change of a row that the snapshot showed
 * with `last_sequence` as the append expects it; a row that was moved while the append waited is looked at anew, and found not to be as
 * expected. So what an append goes on from was committed before its snapshot, and had its id before that.
 *
 * The index is a B-tree, at whose right end all is inserted. A BRIN index would be smaller, but where runs are deleted new events fill old
 * pages, and then it says of most pages that they may hold what is new.
 *
 * Ids mean something only in the cluster that gave them: tables that were dumped and restored into another are given positions below
 * all ids, and cursors of before are refused.
 *
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
 */
export const postgresFeed: SqlFeed = {
  position: () => undefined,
  end: () => asNumber(sql`pg_snapshot_xmin(pg_current_snapshot())`),
  counter: sql`(select cast(system_identifier as text) from pg_control_system())`,
  beforeDeletion: () => [],

  addPositions: (tables) => [
    sql`alter table ${tables.workflow_events} add column position bigint`,
    ...renumber(tables),
    sql`
      alter table ${tables.workflow_events} alter column position set default ${asNumber(sql`pg_current_xact_id()`)},
        alter column position set not null`,
    sql`create index workflow_events_by_position on ${tables.workflow_events} (position)`,
  ],

  renumber,
}

function renumber(tables: Tables) {
  return [
    sql`
      update ${tables.workflow_events} as event set position = placed.place - placed.total - 1
      from (${eventsByTime(tables)}) as placed
      where event.run_id = placed.run_id and event.sequence = placed.sequence`,
  ]
}

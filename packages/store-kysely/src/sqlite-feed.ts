import { eventTypes } from '@ion/store'
import { sql } from 'kysely'
import { eventsByTime } from './events-by-time.ts'
import type { SqlFeed } from './sql-feed.ts'
import type { Tables } from './tables.ts'

const lastPosition = ({ workflow_events, workflow_feed }: Tables) =>
  sql`max((select last_position from ${workflow_feed}), coalesce((select max(position) from ${workflow_events}), 0))`

/**
 * SQLite has one writer at a time, and positions are counted by who holds the lock: their order is that of the commits. A reader sees
 * all commits up to one of them. The highest is found at the end of an index; a deletion, which could lower it, writes it down before.
 *
 * @see https://www.sqlite.org/isolation.html
 */
export const sqliteFeed: SqlFeed = {
  position: (tables) => sql`${lastPosition(tables)} + 1`,
  end: (tables) => sql`${lastPosition(tables)} + 1`,
  counter: sql`''`,
  beforeDeletion: (tables) => [
    sql`update ${tables.workflow_feed} set last_position = ${lastPosition(tables)}`,
  ],

  // A table made anew and not a column added, so that an older version, which knows of no positions, can append nothing without one.
  addPositions: (tables) => [
    sql`
      create table workflow_events_with_positions (
        run_id text not null,
        sequence integer not null,
        event_type text not null check (event_type in (${sql.join(eventTypes.map((type) => sql.lit(type)))})),
        timestamp text not null,
        node_id text,
        payload text check (json_valid(payload)),
        commit_id text not null,
        position integer not null,
        primary key (run_id, sequence)
      ) without rowid`,
    sql`
      insert into workflow_events_with_positions
      select event.run_id, event.sequence, event.event_type, event.timestamp, event.node_id, event.payload, event.commit_id,
        placed.place
      from ${tables.workflow_events} as event join (${eventsByTime(tables)}) as placed
        on placed.run_id = event.run_id and placed.sequence = event.sequence`,
    sql`drop table ${tables.workflow_events}`,
    sql`alter table workflow_events_with_positions rename to workflow_events`,
    sql`create unique index workflow_events_by_position on ${tables.workflow_events} (position)`,
  ],

  // The counter is the file itself.
  renumber: () => [],
}

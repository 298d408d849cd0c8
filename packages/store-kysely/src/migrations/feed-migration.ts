import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Sql, SqlFlavor } from '../sql-flavor.ts'
import type { Tables } from '../tables.ts'

/** Gives events their positions in the feed, and makes the one row of what belongs to all of it. */
export function addFeed(tables: Tables, { feed, text, integer }: SqlFlavor): Sql[] {
  return [
    sql`
      create table ${tables.workflow_feed} (
        id ${integer} not null primary key check (id = 1),
        generation ${text} not null,
        counter ${text} not null,
        last_position ${integer} not null
      )`,
    sql`
      insert into ${tables.workflow_feed} (id, generation, counter, last_position)
      select 1, ${sql.lit(randomUUID())}, ${feed.counter}, 0`,
    ...feed.addPositions(tables),
  ]
}

import { sql } from 'kysely'
import type { Sql } from './sql-flavor.ts'
import type { Tables } from './tables.ts'

/**
 * All events by their `run_id` and `sequence`, with their `place` (1, 2, 3 …) in an order by time that keeps the order of each run's log
 * even where a clock was set back, and how many there are (`total`).
 */
export function eventsByTime({ workflow_events }: Tables): Sql {
  return sql`
    select run_id, sequence, row_number() over (order by reached, run_id, sequence) as place, count(*) over () as total
    from (
      select run_id, sequence, max(timestamp) over (partition by run_id order by sequence) as reached
      from ${workflow_events}
    ) as logged`
}

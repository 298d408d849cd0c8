import {
  type CallOptions,
  CorruptError,
  type FeedPage,
  foreignCursor,
  InvalidRecordError,
  UnavailableError,
} from '@ion/store'
import { sql } from 'kysely'
import { integerOf } from './columns.ts'
import { eventOf } from './events.ts'
import { cursorAt, feedStart, placeOf } from './feed-cursor.ts'
import { needingRights } from './migrations/needing-rights.ts'
import { Parameter, type Row } from './parameter.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { Sql } from './sql-flavor.ts'

const value = (name: string) => sql`${new Parameter(name)}`

/** The events after a cursor. One statement, so that what it finds and where the feed ends are of one snapshot. */
export async function readFeed(
  database: SqlDatabase,
  { after, limit }: { after?: string; limit: number },
  call?: CallOptions,
): Promise<FeedPage> {
  const from = after === undefined ? undefined : placeOf(after)
  const values = { limit, ...(from ?? feedStart) }
  const advice = "grant this role the use of the store's schema and tables"
  const rows = await needingRights(advice, () => database.query('feed', () => page(database), values, call))
  const [first] = rows
  if (!first) throw new CorruptError('workflow_feed has lost its row')
  checkCounter(first)
  const generation = String(first.generation)
  if (after !== undefined && from) {
    if (from.generation !== generation) throw foreignCursor(after)
    if (from.position >= integerOf(first.feed_end)) throw aheadOfAll()
  }
  const found = rows.filter(({ run_id }) => run_id !== null)
  const last = found.at(-1)
  const end = last ? placeOfRow(last) : (from ?? feedStart)
  return {
    events: found.map((row) => eventOf(String(row.run_id), row)),
    cursor: cursorAt({ ...end, generation }),
  }
}

/** Always a row of the feed's own, beside the events if there are any. */
function page({ tables, flavor }: SqlDatabase): Sql {
  const { end, counter } = flavor.feed
  const order = (name: string) =>
    sql.join(['position', 'run_id', 'sequence'].map((column) => sql.ref(`${name}.${column}`)))
  return sql`
    select feed.generation, feed.counter as noted_counter, ${counter} as counter, ${end(tables)} as feed_end, page.run_id, page.sequence,
      page.position, page.event_type, ${flavor.timeText(sql`page.timestamp`)} as timestamp, page.node_id, cast(page.payload as text) as payload,
      page.commit_id, cast(result.output as text) as output
    from ${tables.workflow_feed} as feed
      left join (
        select event.* from ${tables.workflow_events} as event
        where event.position >= ${value('position')} and event.position < ${end(tables)}
          and (event.position > ${value('position')} or event.run_id > ${value('runId')}
            or (event.run_id = ${value('runId')} and event.sequence > ${value('sequence')}))
        order by ${order('event')} limit ${value('limit')}
      ) as page on true
      left join ${tables.workflow_node_outputs} as result
        on result.run_id = page.run_id and result.sequence = page.sequence
    order by ${order('page')}`
}

function placeOfRow(row: Row) {
  return {
    position: integerOf(row.position),
    runId: String(row.run_id),
    sequence: integerOf(row.sequence),
  }
}

function checkCounter({ noted_counter, counter }: Row): void {
  if (noted_counter === counter) return
  throw new UnavailableError(
    'the tables were restored into another database cluster, where positions in the feed are counted anew: bring them in order (ion store migrate), and begin to read without a cursor',
    'none',
  )
}

function aheadOfAll(): InvalidRecordError {
  return new InvalidRecordError(
    'the cursor was given by a later state of the store than this one, which has been restored; begin anew without one',
  )
}

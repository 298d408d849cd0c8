import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { SqlDatabase } from '../sql-database.ts'
import { needingRights } from './needing-rights.ts'

/**
 * Gives events positions anew where the tables were brought to another cluster, and a new generation, so that cursors of before are
 * refused. Gives the name of this step if it was taken.
 */
export async function recountFeed(database: SqlDatabase): Promise<string[]> {
  const { tables, flavor, db } = database
  const { counter, renumber } = flavor.feed
  const stale = sql`counter <> ${counter}`
  const advice =
    'this role may not give events new positions in the feed; have it done by the owner of the tables (ion store migrate)'
  return await needingRights(advice, async () => {
    const { rows } = await sql`select 1 from ${tables.workflow_feed} where ${stale}`.execute(db)
    if (rows.length === 0) return []
    return await database.patiently(() =>
      db.transaction().execute(async (transaction) => {
        const moved = await sql`
          update ${tables.workflow_feed} set counter = ${counter}, generation = ${sql.lit(randomUUID())}
          where ${stale} returning id`.execute(transaction)
        if (moved.rows.length === 0) return []
        for (const statement of renumber(tables)) await statement.execute(transaction)
        return ['feed recounted']
      }),
    )
  })
}

import type { Sql } from './sql.ts'
import type { Tables } from './tables.ts'

/**
 * How a database keeps the order of commits over all runs. Each event has a `position`; the feed goes by position, run and sequence.
 * Whatever is committed later lies at or after `end`, and so behind no event that lies before it.
 */
export interface SqlFeed {
  /** What an INSERT of an event gives as its position; nothing where the column has a default for it. */
  position(tables: Tables): Sql | undefined
  /** Where that ends in which nothing can appear any more. It never moves back. */
  end(tables: Tables): Sql
  /** What counts the positions, as a text: they mean nothing once the tables were brought elsewhere. */
  readonly counter: Sql
  /** What is to be done before a run's events are deleted, so that their positions are not given again. */
  beforeDeletion(tables: Tables): Sql[]
  /** Gives `workflow_events` positions, and those that are there an order by time. */
  addPositions(tables: Tables): Sql[]
  /** Gives all events positions anew, before all that are given from now on. */
  renumber(tables: Tables): Sql[]
}

import type { RawBuilder } from 'kysely'

/** The SQL that a database speaks. */
export type FlavorName = 'postgres' | 'sqlite'

/** A piece of SQL. */
export type Sql = RawBuilder<unknown>

/** One fenced write: nothing of it happens unless the fence returns its row. */
export interface Step {
  /** Changes (or makes, or takes away) one row and returns it; no row when something speaks against the step. */
  fence: Sql
  /** Columns of a table of values that the writes read as `batch`, with `position` 1, 2, 3 …; each is a parameter of that name. */
  batch?: readonly string[]
  /** What else is written, given the fenced row and the batch as things to select from. */
  writes(from: { fenced: Sql; batch: Sql }): Sql[]
}

/** Where the two kinds of SQL differ. */
export interface SqlFlavor {
  /** The database's clock: UTC, whole milliseconds. */
  readonly now: Sql
  /** A time so many milliseconds (a parameter) after another. */
  later(time: Sql, milliseconds: Sql): Sql
  /** A text as a column's JSON. */
  json(text: Sql): Sql
  /** A parameter's ISO text as a column's time. */
  asTime(text: Sql): Sql
  /** Types and checks of columns. */
  readonly text: Sql
  readonly time: Sql
  readonly integer: Sql
  readonly bytes: Sql
  jsonColumn(name: string): Sql
  /** What a table gets at its end when its rows are changed again and again. */
  readonly changingTable: Sql
  /** What a table gets at its end when its rows are small and found by their key alone. */
  readonly keyedTable: Sql
  /** Whether a table is there, as a row or none. */
  tableExists(schema: string | undefined, name: string): Sql
  /** The statements that make up a step: to be run in this order, the rest only when the first returned a row. */
  statements(step: Step): Sql[]
  /** What the parameters of a batch are, given its rows. */
  batchValues(columns: readonly string[], rows: readonly BatchRow[]): { [parameter: string]: unknown }
}

/** A row of a batch: texts by column. */
export type BatchRow = { readonly [column: string]: string | null }

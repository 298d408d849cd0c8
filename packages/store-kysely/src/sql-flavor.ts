import type { Sql } from './sql.ts'
import type { SqlFeed } from './sql-feed.ts'

/** The SQL that a database speaks. */
export type FlavorName = 'postgres' | 'sqlite'

export type { Sql }

/** One fenced write: nothing of it happens unless the fence returns its row. */
export interface Step {
  /** Changes (or makes, or takes away) one row; no row when something speaks against the step. It has no `returning`. */
  fence: Sql
  /** The columns that the fence returns: texts and numbers, and times. */
  returns: { columns: readonly string[]; times: readonly string[] }
  /** What else is written. */
  writes: Write[]
}

/** A statement that follows from a fenced row, which it selects from as `fenced`. */
export interface Write {
  /** Columns of the values of which it writes one row each, with their `position` 1, 2, 3 …; absent when it writes one row. */
  each?: readonly string[]
  /** It writes only rows that have a value in this column. */
  having?: string
  /**
   * @param from - What comes after `from`, with its `where`: the fenced row, and a row of values.
   * @param value - A column of that row of values.
   */
  statement(from: Sql, value: (column: string) => Sql): Sql
}

/** A statement of a step as it is run: once, or once for each row that has a value in a column. */
export interface StepStatement {
  statement: Sql
  each?: { having: string | undefined }
}

/** Where the two kinds of SQL differ. */
export interface SqlFlavor {
  /** The database's clock: UTC, whole milliseconds. */
  readonly now: Sql
  /** One time for all of an UPDATE: what its columns and conditions call it, and what it is selected from. */
  readonly clock: { now: Sql; from: Sql }
  /** A time so many milliseconds (a parameter) after another. */
  later(time: Sql, milliseconds: Sql): Sql
  /** A text as a column's JSON. */
  json(text: Sql): Sql
  /** A parameter's ISO text as a column's time. */
  asTime(text: Sql): Sql
  /** A column's time as ISO text, whatever the driver and the session would make of it. */
  timeText(time: Sql): Sql
  /** What a SELECT gets at its end to lock its rows, where there are locks of rows. */
  readonly forUpdate: Sql
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
  /** The order of commits over all runs. */
  readonly feed: SqlFeed
  /** The statements that make up a step: to be run in this order, the rest only when the first returned a row. */
  statements(step: Step): StepStatement[]
  /** What the parameters of the one statement are that writes all rows; nothing where each row is written by itself. */
  batchValues(columns: readonly string[], rows: readonly BatchRow[]): { [parameter: string]: unknown }
}

/** A row of a batch: texts by column. */
export type BatchRow = { readonly [column: string]: string | null }

import type { RawBuilder } from 'kysely'

/** A piece of SQL. */
export type Sql = RawBuilder<unknown>

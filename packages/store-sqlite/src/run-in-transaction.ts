import type { Row } from '@ion/store-kysely'
import type { CompiledQuery } from 'kysely'
import type { StatementCache } from './statement-cache.ts'

/**
 * Runs statements as one transaction without ever leaving it to the event loop: whatever the host's own code does meanwhile, the
 * file is not locked for longer than the statements take.
 *
 * @returns the first statement's rows; when there are none, the rest was left out.
 */
export function runInTransaction(
  database: StatementCache,
  [first, ...rest]: readonly CompiledQuery<Row>[],
): readonly Row[] {
  if (!first) return []
  database.beginWriting()
  try {
    const rows = run(database, first)
    if (rows.length > 0) for (const statement of rest) run(database, statement)
    database.prepare('commit').run()
    return rows
  } catch (error) {
    if (database.inTransaction) database.prepare('rollback').run()
    throw error
  }
}

function run(database: StatementCache, { sql, parameters }: CompiledQuery<Row>): readonly Row[] {
  const statement = database.prepare(sql)
  if (statement.reader) return statement.all(...parameters) as Row[]
  statement.run(...parameters)
  return []
}

import { type CallOptions, NotFoundError, type WorkflowRun } from '@ion/store'
import { sql } from 'kysely'
import { Parameter } from './parameter.ts'
import { contentColumns, recordOf, summaryColumns } from './run-row.ts'
import type { SqlDatabase } from './sql-database.ts'

/** A run's record, its claim judged now; `null` when there is none. */
export async function readRun(
  database: SqlDatabase,
  id: string,
  call?: CallOptions,
): Promise<WorkflowRun | null> {
  const { tables, flavor } = database
  const statement = () => sql`
    select ${summaryColumns(flavor)}, ${contentColumns}
    from ${tables.workflow_runs} as run join ${tables.workflow_run_contents} as content on content.run_id = run.id
    where run.id = ${new Parameter('id')}`
  const [row] = await database.query('read run', statement, { id }, call)
  return row ? recordOf(row) : null
}

/** @throws {NotFoundError} when there is no such run. */
export async function checkRunExists(database: SqlDatabase, id: string, call?: CallOptions): Promise<void> {
  const statement = () =>
    sql`select id from ${database.tables.workflow_runs} where id = ${new Parameter('id')}`
  const rows = await database.query('find run', statement, { id }, call)
  if (rows.length === 0) throw new NotFoundError(`there is no run ${id}`)
}

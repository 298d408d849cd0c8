import { type CallOptions, mergeMembers, NotFoundError, type RunFields, type WorkflowRun } from '@ion/store'
import { sql } from 'kysely'
import { Parameter } from './parameter.ts'
import { readRun } from './read-run.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { Sql, SqlFlavor } from './sql-flavor.ts'

const value = (name: string) => sql`${new Parameter(name)}`

/**
 * Changes what is neither log nor status. Members of the metadata are merged with those read before; a change between the two
 * means another look, as often as there is time for. Calls of one handle wait for each other instead.
 */
export async function updateFields(
  database: SqlDatabase,
  id: string,
  fields: RunFields,
  call?: CallOptions,
): Promise<WorkflowRun> {
  const update = () => database.patiently(() => updateOnce(database, id, fields, call), call)
  return await (fields.metadata === undefined ? update() : database.merges.run(id, update))
}

async function updateOnce(
  database: SqlDatabase,
  id: string,
  { metadata, priority, wakeAt }: RunFields,
  call?: CallOptions,
): Promise<WorkflowRun> {
  const before = metadata && (await readRun(database, id, call))
  if (before === null) throw new NotFoundError(`there is no run ${id}`)
  const values = {
    ...{ id, priority, wakeAt },
    known: before && JSON.stringify(before.metadata),
    metadata: before && metadata && JSON.stringify(mergeMembers(before.metadata, metadata)),
  }
  const fields = {
    priority: priority !== undefined,
    wakeAt: wakeAt !== undefined,
    metadata: before !== undefined,
  }
  const row = await database.transaction(
    `update ${JSON.stringify(fields)}`,
    () => updates(fields, database),
    values,
    call,
  )
  if (!row && before) throw new Overtaken()
  const after = row && (await readRun(database, id, call))
  if (after) return after
  throw new NotFoundError(`there is no run ${id}`)
}

/** Another writer came first, and the same again can pass: what a database that checks this by itself says by this code. */
class Overtaken extends Error {
  readonly code = '40001'
}

interface Updated {
  priority: boolean
  wakeAt: boolean
  metadata: boolean
}

function updates(fields: Updated, { tables, flavor }: SqlDatabase): Sql[] {
  // The run's row first, as everybody takes them: in another order two writers would wait for each other.
  const contents = sql`
    update ${tables.workflow_run_contents} set metadata = ${flavor.json(value('metadata'))}
    where run_id = (select id from ${tables.workflow_runs} where id = ${value('id')} ${flavor.forUpdate})
      and cast(metadata as text) = ${value('known')}
    returning run_id`
  const run = sql`
    update ${tables.workflow_runs} set ${sql.join(changes(fields, flavor))} where id = ${value('id')} returning id`
  return fields.metadata ? [contents, run] : [run]
}

function changes(fields: Updated, flavor: SqlFlavor): Sql[] {
  const changed = [sql`updated_at = ${flavor.now}`]
  if (fields.priority) changed.push(sql`priority = ${value('priority')}`)
  if (fields.wakeAt) changed.push(sql`wake_at = ${value('wakeAt')}`)
  return changed
}

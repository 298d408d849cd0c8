import {
  type CallOptions,
  CorruptError,
  type EventType,
  eventTypes,
  type JsonObject,
  type WorkflowEvent,
} from '@ion/store'
import { sql } from 'kysely'
import { integerOf, jsonOf, timeOf } from './columns.ts'
import { unescapeText } from './escaped-text.ts'
import { Parameter, type Row } from './parameter.ts'
import { checkRunExists } from './read-run.ts'
import type { SqlDatabase } from './sql-database.ts'

/** @throws {NotFoundError} when there is no such run. */
export async function readEvents(
  database: SqlDatabase,
  id: string,
  { after = 0, limit }: { after?: number; limit: number },
  call?: CallOptions,
): Promise<WorkflowEvent[]> {
  const { tables, flavor } = database
  const statement = () => sql`
    select event.sequence, event.event_type, ${flavor.timeText(sql`event.timestamp`)} as timestamp, event.node_id, cast(event.payload as text) as payload,
      event.commit_id, cast(result.output as text) as output
    from ${tables.workflow_events} as event left join ${tables.workflow_node_outputs} as result
      on result.run_id = event.run_id and result.sequence = event.sequence
    where event.run_id = ${new Parameter('id')} and event.sequence > ${new Parameter('after')}
    order by event.sequence limit ${new Parameter('limit')}`
  const rows = await database.query('read events', statement, { id, after, limit }, call)
  if (rows.length === 0) await checkRunExists(database, id, call)
  return rows.map((row) => eventOf(id, row))
}

/** An event of a run, from its row with the output of the node it completes. */
export function eventOf(runId: string, row: Row): WorkflowEvent {
  const type = typeOf(row.event_type)
  const payload = jsonOf<JsonObject>(row.payload)
  const output = jsonOf<string | JsonObject>(row.output)
  return {
    type,
    ...(row.node_id === null ? {} : { nodeId: String(row.node_id) }),
    payload: output === null ? payload : { ...payload, output },
    runId,
    sequence: integerOf(row.sequence),
    timestamp: timeOf(row.timestamp),
    commitId: unescapeText(String(row.commit_id)),
    // Every event was checked before it was appended.
  } as WorkflowEvent
}

function typeOf(value: unknown): EventType {
  const type = eventTypes.find((known) => known === value)
  if (type) return type
  throw new CorruptError(`${JSON.stringify(value)} is no type of an event`)
}

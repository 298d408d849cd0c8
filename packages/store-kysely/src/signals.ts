import {
  type CallOptions,
  ConflictError,
  contentDigest,
  type Json,
  type NewSignal,
  NotFoundError,
  type WorkflowSignal,
} from '@ion/store'
import { sql } from 'kysely'
import { integerOf, timeOf } from './columns.ts'
import { escapeText, unescapeText } from './escaped-text.ts'
import { Parameter, type Row } from './parameter.ts'
import { checkRunExists } from './read-run.ts'
import type { SqlDatabase } from './sql-database.ts'
import { sqlErrorKind } from './sql-errors.ts'
import type { Step } from './sql-flavor.ts'

const value = (name: string) => sql`${new Parameter(name)}`
const columns = sql`sequence, signal_id, kind, gate_node_id, gate_opened, sent_by, cast(payload as text) as payload, at_event`

/** Stores a signal with the run's next number; the same again gives the first one. */
export async function sendSignal(
  database: SqlDatabase,
  id: string,
  signal: NewSignal,
  call?: CallOptions,
): Promise<WorkflowSignal> {
  const signalId = escapeText(signal.id)
  const values = {
    ...{ id, signalId, kind: signal.kind },
    gateNodeId: signal.gate?.nodeId ?? null,
    gateOpened: signal.gate?.opened ?? null,
    sentBy: signal.by === undefined ? null : escapeText(signal.by),
    payload: signal.payload === undefined ? null : JSON.stringify(signal.payload),
  }
  try {
    const row = await database.step('send signal', () => sending(database), values, call)
    if (!row) throw new NotFoundError(`there is no run ${id}`)
    const sequence = integerOf(row.last_signal)
    const place = { sequence, sentAt: timeOf(row.last_signal_at), atEvent: integerOf(row.last_sequence) }
    return { ...signal, runId: id, ...place }
  } catch (error) {
    if (sqlErrorKind(error) !== 'duplicate') throw error
  }
  const statement = () => sql`
    select ${columns}, ${database.flavor.timeText(sql`sent_at`)} as sent_at from ${database.tables.workflow_signals}
    where run_id = ${value('id')} and signal_id = ${value('signalId')}`
  const [row] = await database.query('find signal', statement, { id, signalId }, call)
  if (!row) throw new NotFoundError(`run ${id} was deleted meanwhile`)
  const first = signalOf(id, row)
  const { runId: _, sequence: __, sentAt: ___, atEvent: ____, ...content } = first
  if (contentDigest(content) === contentDigest(signal)) return first
  throw new ConflictError(`signal ${signal.id} was sent with other content`)
}

/** @throws {NotFoundError} when there is no such run. */
export async function readSignals(
  database: SqlDatabase,
  id: string,
  { after = 0, limit }: { after?: number; limit: number },
  call?: CallOptions,
): Promise<WorkflowSignal[]> {
  const statement = () => sql`
    select ${columns}, ${database.flavor.timeText(sql`sent_at`)} as sent_at from ${database.tables.workflow_signals}
    where run_id = ${value('id')} and sequence > ${value('after')} order by sequence limit ${value('limit')}`
  const rows = await database.query('read signals', statement, { id, after, limit }, call)
  if (rows.length === 0) await checkRunExists(database, id, call)
  return rows.map((row) => signalOf(id, row))
}

function sending({ tables, flavor }: SqlDatabase): Step {
  return {
    fence: sql`
      update ${tables.workflow_runs} as run set last_signal = run.last_signal + 1, last_signal_at = ${flavor.now}
      where run.id = ${value('id')}`,
    returns: { columns: ['id', 'last_signal', 'last_sequence'], times: ['last_signal_at'] },
    writes: [
      {
        statement: (from) => sql`
        insert into ${tables.workflow_signals}
          (run_id, sequence, signal_id, kind, gate_node_id, gate_opened, sent_by, payload, sent_at, at_event)
        select fenced.id, fenced.last_signal, cast(${value('signalId')} as text), cast(${value('kind')} as text),
          cast(${value('gateNodeId')} as text), cast(${value('gateOpened')} as ${flavor.integer}),
          cast(${value('sentBy')} as text), ${flavor.json(value('payload'))}, fenced.last_signal_at, fenced.last_sequence
        from ${from}`,
      },
    ],
  }
}

function signalOf(runId: string, row: Row): WorkflowSignal {
  const { gate_node_id: nodeId, gate_opened: opened, sent_by: by, payload } = row
  const parsed: { payload?: Json } = typeof payload === 'string' ? { payload: JSON.parse(payload) } : {}
  return {
    id: unescapeText(String(row.signal_id)),
    kind: row.kind === 'answer' ? 'answer' : 'cancel',
    ...(nodeId === null ? {} : { gate: { nodeId: String(nodeId), opened: integerOf(opened) } }),
    ...(by === null ? {} : { by: unescapeText(String(by)) }),
    ...parsed,
    runId,
    sequence: integerOf(row.sequence),
    sentAt: timeOf(row.sent_at),
    atEvent: integerOf(row.at_event),
  }
}

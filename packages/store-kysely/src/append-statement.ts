import { sql } from 'kysely'
import { Parameter } from './parameter.ts'
import type { Fence } from './plan-fence.ts'
import type { Sql, SqlFlavor, Step, Write } from './sql-flavor.ts'
import type { Tables } from './tables.ts'

/** How the claim of a run's row stands to an append. */
export type ClaimGuard =
  /** The append names the claim that it is made under. */
  | 'named'
  /** Nobody alive may hold the run: no claim, or one that has expired. */
  | 'nobody'
  /** As before, or it is held by the one owner that this host knows to be dead. */
  | 'nobody but the dead'

/** What tells one append's statement from another's. All else is parameters. */
export interface AppendShape {
  /** Whether the append comes with a claim, which it then grants. */
  grants: boolean
  guard: ClaimGuard
  fence: Omit<Fence, 'error' | 'wakeAt' | 'signalFloor'>
  setsError: boolean
  setsWakeAt: boolean
  takesSignals: boolean
  events: boolean
  outputs: boolean
  definition: boolean
  /** How many blobs it has. */
  blobs: number
}

/** Columns of the batch of an append's events. */
export const eventColumns = ['type', 'node_id', 'payload', 'output'] as const

const value = (name: string) => sql`${new Parameter(name)}`
const commitId = sql`cast(${value('commitId')} as text)`

/**
 * THE write, as one step: the run's row is found only if the append may land, and moves; events, outputs, blobs and the
 * record of the commit follow from the moved row. A commit that has landed already is refused by its key.
 */
export function appendStep(shape: AppendShape, tables: Tables, flavor: SqlFlavor): Step {
  const { clock } = flavor
  return {
    fence: sql`
      update ${tables.workflow_runs} as run set ${sql.join(changes(shape, flavor))} ${clock.from}
      where run.id = ${value('id')} and run.last_sequence = ${value('expectedSequence')}
        and ${allowedStatus(shape)} and ${allowedClaim(shape.guard, flavor)}`,
    returns: {
      columns: ['id', 'last_sequence', 'last_signal', 'claim_token', 'claim_number'],
      times: ['updated_at', 'claim_expires_at'],
    },
    writes: [
      commitWrite(shape, tables),
      ...(shape.events ? [eventsWrite(tables, flavor)] : []),
      ...(shape.outputs ? [outputsWrite(tables, flavor)] : []),
      ...(shape.definition ? [definitionWrite(tables, flavor)] : []),
      ...Array.from({ length: shape.blobs }, (_, index) => blobWrite(index + 1, tables, flavor)),
    ],
  }
}

function commitWrite({ grants }: AppendShape, tables: Tables): Write {
  const granted = grants ? sql`fenced.claim_token, fenced.claim_number` : sql`null, null`
  return {
    statement: (from) => sql`
      insert into ${tables.workflow_commits}
        (run_id, commit_id, digest, last_sequence, last_signal, committed_at, claim_token, claim_number)
      select fenced.id, ${commitId}, cast(${value('digest')} as text), fenced.last_sequence, fenced.last_signal,
        fenced.updated_at, ${granted}
      from ${from}`,
  }
}

function eventsWrite(tables: Tables, flavor: SqlFlavor): Write {
  const position = flavor.feed.position(tables)
  return {
    each: eventColumns,
    statement: (from, column) => sql`
      insert into ${tables.workflow_events}
        (run_id, sequence, event_type, timestamp, node_id, payload, commit_id${position ? sql`, position` : sql``})
      select fenced.id, ${sequenceAt(column('position'))}, ${column('type')}, fenced.updated_at, ${column('node_id')},
        ${flavor.json(column('payload'))}, ${commitId}${position ? sql`, ${position}` : sql``}
      from ${from}`,
  }
}

function outputsWrite(tables: Tables, flavor: SqlFlavor): Write {
  return {
    each: eventColumns,
    having: 'output',
    statement: (from, column) => sql`
      insert into ${tables.workflow_node_outputs} (run_id, sequence, node_id, output)
      select fenced.id, ${sequenceAt(column('position'))}, ${column('node_id')}, ${flavor.json(column('output'))}
      from ${from}`,
  }
}

function definitionWrite(tables: Tables, flavor: SqlFlavor): Write {
  return {
    statement: (from) => sql`
      update ${tables.workflow_run_contents} set definition = ${flavor.json(value('definition'))}
      where run_id in (select fenced.id from ${from})`,
  }
}

function blobWrite(number: number, tables: Tables, flavor: SqlFlavor): Write {
  return {
    statement: (from) => sql`
      insert into ${tables.workflow_blobs} (run_id, ref, bytes)
      select fenced.id, cast(${value(`ref${number}`)} as text), cast(${value(`bytes${number}`)} as ${flavor.bytes})
      from ${from}
      on conflict (run_id, ref) do update set bytes = excluded.bytes`,
  }
}

function sequenceAt(position: Sql): Sql {
  return sql`fenced.last_sequence - ${value('count')} + ${position}`
}

function changes({ fence, grants, setsError, setsWakeAt }: AppendShape, flavor: SqlFlavor): Sql[] {
  const { now } = flavor.clock
  const changed = [sql`last_sequence = run.last_sequence + ${value('count')}`, sql`updated_at = ${now}`]
  if (fence.status !== null) changed.push(sql`status = ${sql.lit(fence.status)}`)
  if (fence.starts) changed.push(sql`started_at = coalesce(run.started_at, ${now})`)
  if (fence.finishedAt === 'now') changed.push(sql`finished_at = ${now}`)
  if (fence.finishedAt === 'cleared') changed.push(sql`finished_at = null`)
  if (setsError) changed.push(sql`error = ${flavor.json(value('error'))}`)
  if (setsWakeAt) changed.push(sql`wake_at = ${value('wakeAt')}`)
  if (grants) {
    changed.push(
      sql`claim_token = ${value('grantedToken')}`,
      sql`claim_number = run.claim_number + 1`,
      sql`claim_owner = ${flavor.json(value('owner'))}`,
      sql`claim_expires_at = ${flavor.later(now, value('ttlMs'))}`,
    )
  } else if (fence.dropsClaim) {
    changed.push(sql`claim_token = null`, sql`claim_owner = null`, sql`claim_expires_at = null`)
  }
  return changed
}

function allowedStatus({ fence: { statuses, signalled }, takesSignals }: AppendShape): Sql {
  const oneOf = (list: readonly string[]) =>
    list.length === 0 ? sql`false` : sql`run.status in (${sql.join(list.map((status) => sql.lit(status)))})`
  const seen = sql`(${oneOf(signalled)} and run.last_signal = ${value('expectedSignal')})`
  const allowed = signalled.length === 0 ? oneOf(statuses) : sql`(${oneOf(statuses)} or ${seen})`
  return !takesSignals ? allowed : sql`${allowed} and run.last_signal >= ${value('signalFloor')}`
}

/**
 * A statement may wait for a row that is being changed, and looks at it anew afterwards. A claim must last until then: its expiry is
 * held against the time as it is, not against the one that the statement began with.
 */
function allowedClaim(guard: ClaimGuard, { now, clock }: SqlFlavor): Sql {
  if (guard === 'named') return sql`run.claim_token = ${value('token')} and run.claim_expires_at > ${now}`
  const nobody = sql`run.claim_token is null or run.claim_expires_at <= ${clock.now}`
  return guard === 'nobody' ? sql`(${nobody})` : sql`(${nobody} or run.claim_token = ${value('deadToken')})`
}

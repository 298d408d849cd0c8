import { eventTypes, runStatuses } from '@ion/store'
import { sql } from 'kysely'
import type { Sql, SqlFlavor } from '../sql-flavor.ts'
import type { Tables } from '../tables.ts'

/**
 * The first tables. Their ids are compared byte by byte. What belongs to a run names it without a foreign key: every write
 * goes by the run's own row, which is what a foreign key would check once more.
 */
export function createTables(tables: Tables, flavor: SqlFlavor): Sql[] {
  const { text, time, integer, bytes, keyedTable } = flavor
  const oneOf = (names: readonly string[]) => sql.join(names.map((name) => sql.lit(name)))
  return [
    sql`
      create table ${tables.workflow_runs} (
        id ${text} not null primary key,
        workflow_name ${text} not null,
        status ${text} not null check (status in (${oneOf(runStatuses)})),
        user_message ${text} not null,
        created_at ${time} not null,
        updated_at ${time} not null,
        started_at ${time},
        finished_at ${time},
        wake_at ${time},
        priority ${integer} not null,
        idempotency_key ${text} unique,
        creation_digest ${text} not null,
        ${flavor.jsonColumn('error')},
        last_sequence ${integer} not null,
        last_signal ${integer} not null,
        last_signal_at ${time},
        claim_number ${integer} not null,
        claim_token ${text},
        ${flavor.jsonColumn('claim_owner')},
        claim_expires_at ${time}
      ) ${flavor.changingTable}`,
    sql`
      create table ${tables.workflow_run_contents} (
        run_id ${text} not null primary key,
        ${flavor.jsonColumn('definition')},
        ${flavor.jsonColumn('inputs')},
        ${flavor.jsonColumn('metadata')}
      )`,
    sql`
      create table ${tables.workflow_events} (
        run_id ${text} not null,
        sequence ${integer} not null,
        event_type ${text} not null check (event_type in (${oneOf(eventTypes)})),
        timestamp ${time} not null,
        node_id ${text},
        ${flavor.jsonColumn('payload')},
        commit_id ${text} not null,
        primary key (run_id, sequence)
      ) ${keyedTable}`,
    sql`
      create table ${tables.workflow_node_outputs} (
        run_id ${text} not null,
        sequence ${integer} not null,
        node_id ${text} not null,
        ${flavor.jsonColumn('output')},
        primary key (run_id, sequence)
      ) ${keyedTable}`,
    sql`
      create table ${tables.workflow_commits} (
        run_id ${text} not null,
        commit_id ${text} not null,
        digest ${text} not null,
        last_sequence ${integer} not null,
        last_signal ${integer} not null,
        committed_at ${time} not null,
        claim_token ${text},
        claim_number ${integer},
        primary key (run_id, commit_id)
      ) ${keyedTable}`,
    sql`
      create table ${tables.workflow_signals} (
        run_id ${text} not null,
        sequence ${integer} not null,
        signal_id ${text} not null,
        kind ${text} not null check (kind in ('answer', 'cancel')),
        gate_node_id ${text},
        gate_opened ${integer},
        sent_by ${text},
        ${flavor.jsonColumn('payload')},
        sent_at ${time} not null,
        at_event ${integer} not null,
        primary key (run_id, sequence),
        unique (run_id, signal_id)
      ) ${keyedTable}`,
    sql`
      create table ${tables.workflow_blobs} (
        run_id ${text} not null,
        ref ${text} not null,
        bytes ${bytes} not null,
        primary key (run_id, ref)
      )`,
    // For lists. An append changes none of these columns, unless it starts or ends a run.
    sql`create index workflow_runs_newest on ${tables.workflow_runs} (created_at, id)`,
    sql`create index workflow_runs_by_status on ${tables.workflow_runs} (status, created_at, id)`,
    sql`create index workflow_runs_by_name on ${tables.workflow_runs} (workflow_name, created_at, id)`,
    sql`create index workflow_runs_by_wake on ${tables.workflow_runs} (wake_at) where wake_at is not null`,
  ]
}

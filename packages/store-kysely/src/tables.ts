import { sql } from 'kysely'
import type { Sql } from './sql.ts'

/** The names of the tables whose rows belong to a run. */
export const tableNames = [
  'workflow_runs',
  'workflow_run_contents',
  'workflow_events',
  'workflow_node_outputs',
  'workflow_commits',
  'workflow_signals',
  'workflow_annotations',
  'workflow_log_entries',
  'workflow_blobs',
] as const

/** The name of one of the store's tables. */
export type TableName = (typeof tableNames)[number] | 'workflow_feed'

/** The store's tables as they are written in a statement: in their schema, where there is one. */
export type Tables = { readonly [Name in TableName]: Sql }

/** @param schema - Where the tables are; none for the connection's default. */
export function tablesIn(schema: string | undefined): Tables {
  return {
    workflow_runs: tableIn(schema, 'workflow_runs'),
    workflow_run_contents: tableIn(schema, 'workflow_run_contents'),
    workflow_events: tableIn(schema, 'workflow_events'),
    workflow_node_outputs: tableIn(schema, 'workflow_node_outputs'),
    workflow_commits: tableIn(schema, 'workflow_commits'),
    workflow_signals: tableIn(schema, 'workflow_signals'),
    workflow_annotations: tableIn(schema, 'workflow_annotations'),
    workflow_log_entries: tableIn(schema, 'workflow_log_entries'),
    workflow_blobs: tableIn(schema, 'workflow_blobs'),
    workflow_feed: tableIn(schema, 'workflow_feed'),
  }
}

/** A table in its schema. */
export function tableIn(schema: string | undefined, name: string): Sql {
  return schema === undefined ? sql.id(name) : sql.id(schema, name)
}

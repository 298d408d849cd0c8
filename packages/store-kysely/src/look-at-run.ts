import { type CallOptions, NotFoundError, type RunHead } from '@ion/store'
import { sql } from 'kysely'
import { integerOf, timeOf } from './columns.ts'
import { escapeText } from './escaped-text.ts'
import { Parameter, type Row } from './parameter.ts'
import { headOf, summaryColumns } from './run-row.ts'
import type { SqlDatabase } from './sql-database.ts'

/** A run as a writer finds it whose step found nothing to change. */
export interface Look {
  head: RunHead
  /** The database's time. */
  now: string
  /** What a commit of this id came to, if it has landed. */
  commit: LandedCommit | null
}

/** An append that has landed. */
export interface LandedCommit {
  digest: string
  lastSequence: number
  lastSignal: number
  timestamp: string
  /** The claim that it granted, if it granted one. */
  granted: { token: string; number: number } | null
}

/** @throws {NotFoundError} */
export async function lookAtRun(
  database: SqlDatabase,
  id: string,
  commitId: string,
  call?: CallOptions,
): Promise<Look> {
  const { tables, flavor } = database
  const statement = () => sql`
    select ${summaryColumns(flavor)}, landed.digest, landed.last_sequence as landed_sequence,
      landed.last_signal as landed_signal, ${flavor.timeText(sql`landed.committed_at`)} as committed_at, landed.claim_token as granted_token,
      landed.claim_number as granted_number
    from ${tables.workflow_runs} as run left join ${tables.workflow_commits} as landed
      on landed.run_id = run.id and landed.commit_id = ${new Parameter('commitId')}
    where run.id = ${new Parameter('id')}`
  const [row] = await database.query('look', statement, { id, commitId: escapeText(commitId) }, call)
  if (!row) throw new NotFoundError(`there is no run ${id}`)
  return { head: headOf(row), now: timeOf(row.now), commit: commitOf(row) }
}

function commitOf(row: Row): LandedCommit | null {
  if (row.digest === null) return null
  const number = row.granted_number
  return {
    digest: String(row.digest),
    lastSequence: integerOf(row.landed_sequence),
    lastSignal: integerOf(row.landed_signal),
    timestamp: timeOf(row.committed_at),
    granted: number === null ? null : { token: String(row.granted_token), number: integerOf(number) },
  }
}

import {
  checkExpected,
  claimState,
  type DeleteOptions,
  isStoreError,
  LeaseLostError,
  UnavailableError,
} from '@ion/store'
import { sql } from 'kysely'
import { escapeText } from './escaped-text.ts'
import { lookAtRun } from './look-at-run.ts'
import { Parameter } from './parameter.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { Sql } from './sql-flavor.ts'
import { tableNames } from './tables.ts'

const value = (name: string) => sql`${new Parameter(name)}`

/**
 * Deletes a run that nobody alive holds. Its row goes first, so that no append gets in between; the statements that follow see
 * whatever was appended until then.
 */
export async function deleteRun(database: SqlDatabase, id: string, call: DeleteOptions = {}): Promise<void> {
  const { expectedSequence = null } = call
  let deadToken: string | null = null
  for (let looks = 0; looks < 32; looks++) {
    const row = await database.transaction(
      'delete',
      () => deletions(database),
      { id, deadToken, expectedSequence },
      call,
    )
    if (row) return
    const look = await lookAtRun(database, id, '', call).catch((error: unknown) => {
      if (isStoreError(error, 'not_found')) return null
      throw error
    })
    if (!look) return
    const { claim, lastSequence } = look.head
    if (claim && claimState(claim, look.now) === 'live')
      throw new LeaseLostError(`run ${id} is held; it can be deleted once it is let go`)
    checkExpected({ id, lastSequence }, call)
    if (claim) deadToken = escapeText(claim.token)
  }
  throw new UnavailableError(`run ${id} changed at every look`, 'none')
}

function deletions({ tables, flavor }: SqlDatabase): Sql[] {
  const expected = sql`cast(${value('expectedSequence')} as ${flavor.integer})`
  const run = sql`
    delete from ${tables.workflow_runs} where id = ${value('id')}
      and (claim_token is null or claim_expires_at <= ${flavor.now} or claim_token = ${value('deadToken')})
      and (${expected} is null or last_sequence = ${expected})
    returning id`
  const parts = tableNames.filter((name) => name !== 'workflow_runs')
  return [
    run,
    ...flavor.feed.beforeDeletion(tables),
    ...parts.map((name) => sql`delete from ${tables[name]} where run_id = ${value('id')}`),
  ]
}

import { type CallOptions, type Claim, LeaseLostError } from '@ion/store'
import { sql } from 'kysely'
import { timeOf } from './columns.ts'
import { escapeText } from './escaped-text.ts'
import { lookAtRun } from './look-at-run.ts'
import { Parameter } from './parameter.ts'
import type { SqlDatabase } from './sql-database.ts'

const value = (name: string) => sql`${new Parameter(name)}`

/** Makes a claim last so long from now, if it is the current one and has not expired. */
export async function renewClaim(
  database: SqlDatabase,
  id: string,
  { claim, ttlMs }: { claim: Claim; ttlMs: number },
  call?: CallOptions,
): Promise<Claim> {
  const { tables, flavor } = database
  // The time is asked where it is needed: the statement may wait for a row that is being changed.
  const statement = () => sql`
    update ${tables.workflow_runs} as run set claim_expires_at = ${flavor.later(flavor.now, value('ttlMs'))}
    where run.id = ${value('id')} and run.claim_token = ${value('token')} and run.claim_expires_at > ${flavor.now}
    returning claim_number, ${flavor.timeText(sql`claim_expires_at`)} as claim_expires_at`
  const values = { id, ttlMs, token: escapeText(claim.token) }
  const [row] = await database.query('renew', statement, values, call)
  if (row)
    return { token: claim.token, number: Number(row.claim_number), expiresAt: timeOf(row.claim_expires_at) }
  const { head } = await lookAtRun(database, id, '', call)
  const current = head.claim?.token === claim.token
  throw new LeaseLostError(
    current ? `the claim expired at ${head.claim?.expiresAt}` : 'the claim is not the current one',
  )
}

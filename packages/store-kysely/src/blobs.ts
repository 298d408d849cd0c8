import { type CallOptions, CorruptError, NotFoundError } from '@ion/store'
import { sql } from 'kysely'
import { Parameter } from './parameter.ts'
import type { SqlDatabase } from './sql-database.ts'

/** @throws {NotFoundError} when the run or the blob is not there. */
export async function readBlob(
  database: SqlDatabase,
  { id, ref }: { id: string; ref: string },
  call?: CallOptions,
): Promise<Uint8Array> {
  const statement = () => sql`
    select bytes from ${database.tables.workflow_blobs}
    where run_id = ${new Parameter('id')} and ref = ${new Parameter('ref')}`
  // What can't be a name is none, and some of it is no text of a database either.
  const named = /^[A-Za-z0-9._/-]{1,256}$/.test(ref)
  const [row] = named ? await database.query('read blob', statement, { id, ref }, call) : []
  if (!row) throw new NotFoundError(`run ${id} has no blob ${JSON.stringify(ref)}`)
  if (row.bytes instanceof Uint8Array) return Uint8Array.from(row.bytes)
  if (row.bytes instanceof ArrayBuffer) return new Uint8Array(row.bytes)
  throw new CorruptError(`blob ${ref} of run ${id} was read as ${typeof row.bytes}`)
}

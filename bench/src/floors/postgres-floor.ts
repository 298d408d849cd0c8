import { Pool } from 'pg'
import { atOnce } from '../at-once.ts'
import { type Floor, payloadOf } from './floor.ts'

/** One prepared insert a commit: over one connection, or over as many as there are logs written at once. */
export async function postgresFloor(
  url: string,
  schema: string,
): Promise<{ floor: Floor; close(): Promise<void> }> {
  const pool = new Pool({ connectionString: url, max: 20 })
  const table = `${schema}.bench_floor`
  await pool.query(
    `create table ${table} (run_id text, sequence bigint, payload text, primary key (run_id, sequence))`,
  )
  const one = { name: 'bench-one', text: `insert into ${table} values ($1, $2, $3)` }
  const many = {
    name: 'bench-many',
    text: `insert into ${table} select $1, $2 + n, $3 from generate_series(0, $4::int - 1) n`,
  }
  let runs = 0
  const floor: Floor = async ({ commits, rowsACommit, bytesARow, logs, concurrency }) => {
    const payload = payloadOf(bytesARow)
    const rows = Math.round(rowsACommit)
    await atOnce({ count: logs, concurrency }, async () => {
      const run = `run-${runs++}`
      const client = await pool.connect()
      try {
        for (let index = 0; index < commits / logs; index++) {
          const place = [run, index * rows, payload]
          await client.query(rows === 1 ? { ...one, values: place } : { ...many, values: [...place, rows] })
        }
      } finally {
        client.release()
      }
    })
  }
  return { floor, close: () => pool.end() }
}

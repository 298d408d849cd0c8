import Database from 'better-sqlite3'
import { type Floor, payloadOf } from './floor.ts'

/** One transaction a commit: its rows inserted, and the run's row updated. */
export function sqliteFloor(path: string, synchronous: 'FULL' | 'NORMAL'): { floor: Floor; close(): void } {
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  database.pragma(`synchronous = ${synchronous}`)
  database.exec(`
    create table runs (id text primary key, last_sequence integer not null, updated_at text not null);
    create table events (
      run_id text not null, sequence integer not null, payload text not null,
      primary key (run_id, sequence)
    ) without rowid;
  `)
  const begin = database.prepare('insert into runs values (?, 0, ?)')
  const move = database.prepare('update runs set last_sequence = ?, updated_at = ? where id = ?')
  const insert = database.prepare('insert into events values (?, ?, ?)')
  const commit = database.transaction((run: string, from: number, rows: number, payload: string) => {
    for (let row = 1; row <= rows; row++) insert.run(run, from + row, payload)
    move.run(from + rows, new Date().toISOString(), run)
  })
  let runs = 0
  const floor: Floor = async ({ commits, rowsACommit, bytesARow, logs }) => {
    const payload = payloadOf(bytesARow)
    const rows = Math.round(rowsACommit)
    for (let log = 0; log < logs; log++) {
      const run = `run-${runs++}`
      begin.run(run, new Date().toISOString())
      for (let index = 0; index < commits / logs; index++) commit.immediate(run, index * rows, rows, payload)
    }
  }
  return { floor, close: () => database.close() }
}

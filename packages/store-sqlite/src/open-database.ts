import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { CorruptError, InvalidRecordError, UnavailableError } from '@ion/store'
import Database from 'better-sqlite3'
import { shortWaitMs } from './statement-cache.ts'

/** How far the log grows before it is worked into the file: 16 MiB. Most pages change again before that. */
const pagesBetweenCheckpoints = 4_000

/** What is written into the file when a transaction is committed. */
export type Synchronous = 'full' | 'normal'

/**
 * Opens a database file for several processes, and sets what its durability rests on: the library's own default is another for a
 * new file than for an old one. The file and its folder are made where they are not there.
 *
 * @throws {InvalidRecordError} when no file can have that name, {CorruptError} when the file is no database, {UnavailableError}
 * when it can't be opened. Errors of the library that mean a busy file pass as they are.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function openDatabase(file: string, synchronous: Synchronous): Database.Database {
  // SQLite would open the file whose name ends there.
  if (file.includes('\0')) throw new InvalidRecordError(`${JSON.stringify(file)} is no name of a file`)
  let database: Database.Database
  try {
    mkdirSync(dirname(file), { recursive: true })
    database = new Database(file, { timeout: shortWaitMs })
  } catch (error) {
    throw new UnavailableError(`can't open ${file}: ${messageOf(error)}`, 'none', { cause: error })
  }
  try {
    const mode = database.pragma('journal_mode = WAL', { simple: true })
    if (mode !== 'wal') throw new UnavailableError(`${file} can't keep a write-ahead log`, 'none')
    database.pragma(`wal_autocheckpoint = ${pagesBetweenCheckpoints}`)
    database.pragma(`synchronous = ${synchronous.toUpperCase()}`)
    return database
  } catch (error) {
    database.close()
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB') {
      throw new CorruptError(`${file} is no SQLite database; choose another file`, { file }, { cause: error })
    }
    throw error
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

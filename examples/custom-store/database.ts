import { Turns } from '@ion/store'
import { type BatchOperation, Level } from 'level'

/** A folder of LevelDB, shared by all handles of this process: LevelDB opens it only once. */
export class Database extends Level<string, unknown> {
  readonly turns = new Turns()
  handles = 0
}

/** One step of a write. */
export type Step = BatchOperation<Database, string, unknown>

const databases = new Map<string, Database>()

/** Opens a folder, or joins those who have. Values are JSON: a text that has a form for whatever a value may hold. */
export async function openDatabase(folder: string): Promise<Database> {
  const database = databases.get(folder) ?? new Database(folder, { valueEncoding: 'json' })
  databases.set(folder, database)
  database.handles++
  await database.open().catch((error: unknown) => {
    database.handles--
    throw error
  })
  return database
}

/** Lets go of a folder; the last to do so closes it. */
export async function closeDatabase(database: Database): Promise<void> {
  if (--database.handles === 0) await database.close()
}

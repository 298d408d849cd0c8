import Database from 'better-sqlite3'

/** How long a statement waits for another writer before the event loop gets its turn, in milliseconds. */
export const shortWaitMs = 10

/** Keeps the statements of a database prepared. The store has some dozens of them. */
export class StatementCache {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()
  #waits = true
  #busyUntil = 0

  constructor(database: Database.Database) {
    this.#database = database
  }

  prepare(text: string): Database.Statement {
    const known = this.#statements.get(text)
    if (known) return known
    const statement = this.#database.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }

  /**
   * Begins a transaction by taking the file's lock, so that nothing is found out of date halfway. However many calls wait for
   * another writer, they block the event loop for no more than half of the time.
   */
  beginWriting(): void {
    if (this.#database.inTransaction) {
      // A migration of this same handle, which comes back from the event loop: as good as another writer.
      throw new Database.SqliteError('this connection is migrating its tables', 'SQLITE_BUSY')
    }
    this.#waitForOthers(performance.now() >= this.#busyUntil)
    try {
      this.prepare('begin immediate').run()
    } catch (error) {
      if (this.#waits) this.#busyUntil = performance.now() + shortWaitMs
      throw error
    }
  }

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return this.#database.inTransaction
  }

  #waitForOthers(waits: boolean): void {
    if (waits !== this.#waits) this.#database.pragma(`busy_timeout = ${waits ? shortWaitMs : 0}`)
    this.#waits = waits
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}

import type Database from 'better-sqlite3'

/** Keeps the statements of a database prepared. The store has some dozens of them. */
export class StatementCache {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

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

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return this.#database.inTransaction
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}

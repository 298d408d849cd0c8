import { setTimeout as sleep } from 'node:timers/promises'
import { type CallOptions, UnavailableError } from '@ion/store'
import type { CompiledQuery } from 'kysely'
import type { AnyDatabase } from './any-database.ts'
import { flavors } from './flavors.ts'
import { type Prepared, prepare, type Row, type Values } from './parameter.ts'
import { sqlErrorKind } from './sql-errors.ts'
import type { BatchRow, FlavorName, Sql, SqlFlavor, Step, StepStatement } from './sql-flavor.ts'
import { type Tables, tablesIn } from './tables.ts'
import { Turns } from './turns.ts'

/**
 * Runs statements in order as one transaction, and gives the rows of the first. When the first gives none, the rest is
 * left out. An error means that nothing of it landed, or that its `code` says otherwise.
 */
export type RunStatements = (statements: readonly CompiledQuery<Row>[]) => Promise<readonly Row[]>

/** Where a store's tables are. */
export interface SqlDatabaseOptions {
  /** The database. The store is at home in it beside whatever else the host keeps there. */
  db: AnyDatabase
  /** Which SQL the database speaks. */
  flavor: FlavorName
  /** The schema of the tables. Default: the connection's (Postgres), none (SQLite). */
  schema?: string
  /** How a few statements become one transaction. Default: by `db.transaction()`. */
  runStatements?: RunStatements
  /**
   * How long a call meets other writers again and again before it is given up as unavailable, in milliseconds. Default
   * 10,000.
   */
  busyTimeoutMs?: number
}

/** The values of a step's parameters, and the rows of what it writes row by row. */
export interface StepValues extends Values {
  readonly rows?: readonly BatchRow[]
}

/** A statement with its values. `key` tells the statement from all others. */
export interface BoundStatement {
  key: string
  build(): Sql
  values: Values
}

interface PreparedStatement {
  bind: Prepared
  each: StepStatement['each']
}

/** Runs the store's statements: each compiled once, repeated while another writer is in the way. */
export class SqlDatabase {
  readonly db: AnyDatabase
  readonly flavor: SqlFlavor
  readonly schema: string | undefined
  readonly tables: Tables
  /** Whose turn it is to merge into what was read before. */
  readonly merges = new Turns()
  readonly #runStatements: RunStatements
  readonly #busyTimeoutMs: number
  readonly #prepared = new Map<string, readonly PreparedStatement[]>()

  constructor({ db, flavor, schema, runStatements, busyTimeoutMs = 10_000 }: SqlDatabaseOptions) {
    this.db = db
    this.flavor = flavors[flavor]
    this.schema = schema
    this.tables = tablesIn(schema)
    this.#runStatements = runStatements ?? ((statements) => this.#inTransaction(statements))
    this.#busyTimeoutMs = busyTimeoutMs
  }

  /** Runs one statement. `key` tells it from all others; it is built and compiled when it is first met. */
  async query(key: string, build: () => Sql, values: Values, call?: CallOptions): Promise<readonly Row[]> {
    const prepared = this.#preparedAs(key, () => [{ statement: build() }])
    return await this.#run(prepared, values, call)
  }

  /** Runs a step as one transaction; gives the fenced row, or none where something speaks against the step. */
  async step(
    key: string,
    build: () => Step,
    values: StepValues,
    call?: CallOptions,
  ): Promise<Row | undefined> {
    const prepared = this.#preparedAs(key, () => this.flavor.statements(build()))
    const [row] = await this.#run(prepared, values, call)
    return row
  }

  /** Runs statements as one transaction, each with a view of what was committed when it began. */
  async transaction(
    key: string,
    build: () => Sql[],
    values: Values,
    call?: CallOptions,
  ): Promise<Row | undefined> {
    const prepared = this.#preparedAs(key, () => build().map((statement) => ({ statement })))
    const [row] = await this.#run(prepared, values, call)
    return row
  }

  /** Runs statements, each with values of its own, as one transaction; gives the first one's rows, and without any leaves out the rest. */
  async sequence(statements: readonly BoundStatement[], call?: CallOptions): Promise<readonly Row[]> {
    const bound = statements.flatMap(({ key, build, values }) =>
      this.#preparedAs(key, () => [{ statement: build() }]).map(({ bind }) => bind(values)),
    )
    return await this.patiently(() => this.#runStatements(bound), call)
  }

  /** Repeats work while it meets other writers, until the time for that is over. */
  async patiently<Result>(work: () => Promise<Result>, { signal }: CallOptions = {}): Promise<Result> {
    const deadline = performance.now() + this.#busyTimeoutMs
    for (let tries = 0; ; tries++) {
      try {
        return await work()
      } catch (error) {
        if (sqlErrorKind(error) !== 'busy') throw error
        if (performance.now() > deadline) {
          const message = `the database was busy for ${this.#busyTimeoutMs} ms`
          throw new UnavailableError(message, 'none', { cause: error })
        }
        await sleep(Math.random() * Math.min(50, 2 ** tries))
        signal?.throwIfAborted()
      }
    }
  }

  #preparedAs(key: string, build: () => StepStatement[]): readonly PreparedStatement[] {
    const known = this.#prepared.get(key)
    if (known) return known
    const prepared = build().map(({ statement, each }) => ({ bind: prepare(statement, this.db), each }))
    this.#prepared.set(key, prepared)
    return prepared
  }

  async #run(
    prepared: readonly PreparedStatement[],
    values: StepValues,
    call?: CallOptions,
  ): Promise<readonly Row[]> {
    const statements = prepared.flatMap(({ bind, each }) =>
      each ? bindEach(bind, each, values) : [bind(values)],
    )
    const [only, second] = statements
    if (!only || second) return await this.patiently(() => this.#runStatements(statements), call)
    return await this.patiently(async () => (await this.db.executeQuery(only)).rows, call)
  }

  async #inTransaction(statements: readonly CompiledQuery<Row>[]): Promise<readonly Row[]> {
    return await this.db.transaction().execute(async (transaction) => {
      let first: readonly Row[] | undefined
      for (const statement of statements) {
        const { rows } = await transaction.executeQuery(statement)
        first ??= rows
        if (first.length === 0) break
      }
      return first ?? []
    })
  }
}

/** A statement for each row, with the row's values and its place. */
function bindEach(
  bind: Prepared,
  { having }: NonNullable<StepStatement['each']>,
  { rows = [], ...values }: StepValues,
): CompiledQuery<Row>[] {
  const numbered = rows.map((row, index) => ({ ...values, ...row, position: index + 1 }))
  const wanted = having === undefined ? numbered : numbered.filter((row) => Reflect.get(row, having) !== null)
  return wanted.map(bind)
}

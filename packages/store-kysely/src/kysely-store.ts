import {
  type Annotation,
  type AnnotationImport,
  type AnnotationQuery,
  type Annotations,
  type Append,
  type CallOptions,
  Calls,
  type Claim,
  type ClaimAppend,
  checkAppendShape,
  checkDeletion,
  checkFeedLimit,
  checkRecord,
  checkRunId,
  checkTtl,
  composeStore,
  copyJson,
  type DeleteOptions,
  type EventFeed,
  type FeedRequest,
  givenAnnotation,
  givenAnnotationQuery,
  givenImportedAnnotations,
  givenLogEntries,
  givenLogQuery,
  type IWorkflowStore,
  type LogQuery,
  type Logs,
  type NewAnnotation,
  type NewLogEntry,
  type NewRun,
  type NewSignal,
  newRunSchema,
  newSignalSchema,
  type Owner,
  ownerSchema,
  type PageRequest,
  type RunFields,
  type RunFilter,
  type RunImport,
  type RunSnapshot,
  runPatchSchema,
  type StoreAbilities,
  type StorePrimitives,
  UnavailableError,
} from '@ion/store'
import { annotate, readAnnotations } from './annotations.ts'
import { append, claim } from './append.ts'
import { readBlob } from './blobs.ts'
import { createRun } from './create-run.ts'
import { deleteRun } from './delete-run.ts'
import { readEvents } from './events.ts'
import { importAnnotations } from './import-annotations.ts'
import { importRun } from './import-run.ts'
import { listRuns } from './list-runs.ts'
import { readLogEntries, writeLogEntries } from './log-entries.ts'
import { migrate, readSchemaState, refuseNewer } from './migrations/migrate.ts'
import { recountFeed } from './migrations/recount-feed.ts'
import { pageBounds } from './page-bounds.ts'
import { readFeed } from './read-feed.ts'
import { readRun } from './read-run.ts'
import { renewClaim } from './renew-claim.ts'
import { readSignals, sendSignal } from './signals.ts'
import { SqlDatabase, type SqlDatabaseOptions } from './sql-database.ts'
import { asStoreError } from './sql-errors.ts'
import { updateFields } from './update-fields.ts'

/** How a store over Kysely is set up. */
export interface KyselyStoreOptions extends SqlDatabaseOptions {
  /** Who may use the same tables at once, as the database allows it. Default: several processes of one host. */
  abilities?: Partial<Pick<StoreAbilities, 'processes' | 'hosts'>>
  /** The most bytes one event may have as JSON. Default 1 MiB. */
  maxEventBytes?: number
  /**
   * Whether the first call makes the tables, or brings them up to date, where they are not. Default `true`. When `false`, a
   * database that lacks something is refused: its tables are made by `migrate()`.
   */
  migrates?: boolean
  /** Whether `close` also destroys `db`. Default `false`: the host made it, and may use it for more. */
  ownsDatabase?: boolean
}

const mebibyte = 1024 * 1024

/**
 * Keeps runs in an SQL database, over a Kysely instance: Postgres, SQLite, and what speaks like one of them.
 *
 * @example
 * const store = new KyselyStore({ db: new Kysely({ dialect }), flavor: 'sqlite' })
 */
export class KyselyStore
  implements IWorkflowStore, StorePrimitives, Annotations, AnnotationImport, EventFeed, Logs, RunImport
{
  readonly abilities: StoreAbilities
  declare updateWorkflowRun: IWorkflowStore['updateWorkflowRun']
  declare createWorkflowEvent: IWorkflowStore['createWorkflowEvent']
  declare failWorkflowRun: IWorkflowStore['failWorkflowRun']
  declare getCompletedDagNodeOutputs: IWorkflowStore['getCompletedDagNodeOutputs']
  readonly #calls = new Calls(asStoreError)
  readonly #database: SqlDatabase
  readonly #migrates: boolean
  readonly #ownsDatabase: boolean
  #ready: Promise<void> | undefined

  constructor(options: KyselyStoreOptions) {
    const { abilities, maxEventBytes = mebibyte, migrates = true, ownsDatabase = false } = options
    this.abilities = Object.freeze({
      processes: 'many',
      hosts: 'one',
      ...abilities,
      maxEventBytes,
    })
    this.#database = new SqlDatabase(options)
    this.#migrates = migrates
    this.#ownsDatabase = ownsDatabase
    composeStore(this)
  }

  /**
   * Makes what is missing of the tables, and gives the names of the migrations that were made. Any number of processes may
   * do it at once.
   *
   * @throws {CorruptError} when a newer version of this package made the tables; {UnavailableError} when the database can't be
   * reached, or its role may not make tables.
   */
  async migrate(): Promise<string[]> {
    return await this.#calls.run({}, 'none', async () => {
      const state = await this.#database.patiently(() => readSchemaState(this.#database))
      refuseNewer(state)
      const made = state.missing.length === 0 ? [] : await migrate(this.#database)
      return [...made, ...(await recountFeed(this.#database))]
    })
  }

  /** Resolves when the database is there and its tables are this version's. Every call waits for it by itself. @throws as `migrate` */
  async ready(): Promise<void> {
    await this.#calls.run({}, 'none', () => this.#prepared())
  }

  async createWorkflowRun(run: NewRun, options?: CallOptions) {
    const checked = checkRecord(newRunSchema, run, 'run')
    const complete = copyJson({ ...checked, definition: run.definition })
    return await this.#call('unknown', options, () => createRun(this.#database, complete, options))
  }

  async importWorkflowRun(snapshot: RunSnapshot, options?: CallOptions) {
    const importing = { abilities: this.abilities, store: this }
    return await this.#call('unknown', options, () => importRun(this.#database, snapshot, importing, options))
  }

  async getWorkflowRun(id: string, options?: CallOptions) {
    checkRunId(id)
    return await this.#call('none', options, () => readRun(this.#database, id, options))
  }

  async updateRunFields(id: string, fields: RunFields, options?: CallOptions) {
    checkRunId(id)
    checkRecord(runPatchSchema, fields, 'patch')
    const update = copyJson(fields)
    return await this.#call('unknown', options, () => updateFields(this.#database, id, update, options))
  }

  async listWorkflowRuns(filter: RunFilter, page: PageRequest, options?: CallOptions) {
    const copy = { ...filter, ...(filter.status && { status: [...filter.status] }) }
    return await this.#call('none', options, () => listRuns(this.#database, copy, page, options))
  }

  async deleteWorkflowRun(id: string, options?: DeleteOptions) {
    checkRunId(id)
    checkDeletion(options)
    await this.#call('unknown', options, () => deleteRun(this.#database, id, options))
  }

  async appendEvents(id: string, given: Append, options?: CallOptions) {
    checkRunId(id)
    checkAppendShape(given, this.abilities)
    const copy = copyAppend(given)
    return await this.#call('unknown', options, () => append(this.#database, id, copy, options))
  }

  async getWorkflowEvents(id: string, page: { after?: number; limit: number }, options?: CallOptions) {
    checkRunId(id)
    return await this.#call('none', options, () => readEvents(this.#database, id, pageBounds(page), options))
  }

  async readBlob(id: string, ref: string, options?: CallOptions) {
    checkRunId(id)
    return await this.#call('none', options, () => readBlob(this.#database, { id, ref }, options))
  }

  async claimWorkflowRun(id: string, owner: Owner, ttlMs: number, given: ClaimAppend, options?: CallOptions) {
    checkRunId(id)
    const grant = { owner: copyJson(checkRecord(ownerSchema, owner, 'owner')), ttlMs }
    checkTtl(ttlMs)
    checkAppendShape(given, this.abilities)
    const copy = copyAppend(given)
    return await this.#call('unknown', options, () =>
      claim(this.#database, id, { grant, append: copy }, options),
    )
  }

  async renewClaim(id: string, { token, number, expiresAt }: Claim, ttlMs: number, options?: CallOptions) {
    checkRunId(id)
    checkTtl(ttlMs)
    const held = { claim: { token, number, expiresAt }, ttlMs }
    return await this.#call('unknown', options, () => renewClaim(this.#database, id, held, options))
  }

  async sendSignal(id: string, signal: NewSignal, options?: CallOptions) {
    checkRunId(id)
    const copy = copyJson(checkRecord(newSignalSchema, signal, 'signal'))
    return await this.#call('unknown', options, () => sendSignal(this.#database, id, copy, options))
  }

  async getSignals(id: string, page: { after?: number; limit: number }, options?: CallOptions) {
    checkRunId(id)
    return await this.#call('none', options, () => readSignals(this.#database, id, pageBounds(page), options))
  }

  async readEvents({ after, limit }: FeedRequest, options?: CallOptions) {
    checkFeedLimit(limit)
    const page = { limit, ...(after === undefined ? {} : { after }) }
    return await this.#call('none', options, () => readFeed(this.#database, page, options))
  }

  async annotate(id: string, annotation: NewAnnotation, options?: CallOptions) {
    checkRunId(id)
    const given = givenAnnotation(annotation, this.abilities)
    return await this.#call('unknown', options, () => annotate(this.#database, id, given, options))
  }

  async listAnnotations(id: string, query: AnnotationQuery, options?: CallOptions) {
    checkRunId(id)
    const given = givenAnnotationQuery(query)
    return await this.#call('none', options, () => readAnnotations(this.#database, id, given, options))
  }

  async writeLogEntries(id: string, entries: readonly NewLogEntry[], options?: CallOptions) {
    checkRunId(id)
    const given = givenLogEntries(entries)
    await this.#call('unknown', options, () => writeLogEntries(this.#database, id, given, options))
  }

  async listLogEntries(id: string, query: LogQuery, options?: CallOptions) {
    checkRunId(id)
    const given = givenLogQuery(query)
    return await this.#call('none', options, () => readLogEntries(this.#database, id, given, options))
  }

  async importAnnotations(id: string, annotations: readonly Annotation[], options?: CallOptions) {
    checkRunId(id)
    const given = givenImportedAnnotations(id, annotations, this.abilities)
    return await this.#call('unknown', options, () => importAnnotations(this.#database, id, given, options))
  }

  /** Waits for what is in flight, then lets go of the database if it is the store's own. */
  async close() {
    await this.#calls.close()
    if (this.#ownsDatabase) await this.#database.db.destroy()
  }

  async #call<Result>(
    outcome: 'none' | 'unknown',
    options: CallOptions | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    return await this.#calls.run(options, outcome, async () => {
      await this.#prepared()
      return await work()
    })
  }

  /** Once for all calls; what fails is tried again by the next one. */
  #prepared(): Promise<void> {
    this.#ready ??= this.#prepare().catch((error: unknown) => {
      this.#ready = undefined
      throw asStoreError(error, 'none')
    })
    return this.#ready
  }

  async #prepare(): Promise<void> {
    const state = await this.#database.patiently(() => readSchemaState(this.#database))
    refuseNewer(state)
    if (state.missing.length === 0) return
    if (this.#migrates) {
      await migrate(this.#database)
      return
    }
    throw new UnavailableError(
      `the database lacks ${state.missing.join(', ')}: make its tables first (ion store migrate)`,
      'none',
    )
  }
}

/** The caller may change what it handed in; bytes are taken as they are now. */
function copyAppend<Given extends Append | ClaimAppend>({ blobs, ...rest }: Given) {
  const copy = copyJson(rest)
  if (!blobs) return copy
  return { ...copy, blobs: blobs.map(({ ref, bytes }) => ({ ref, bytes: Uint8Array.from(bytes) })) }
}

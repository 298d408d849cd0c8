import {
  AlreadyExistsError,
  type Annotation,
  type AnnotationImport,
  type AnnotationQuery,
  type Annotations,
  type Append,
  type CallOptions,
  type ChangeHints,
  type Claim,
  type ClaimAppend,
  checkAppendShape,
  checkDeletion,
  checkExpected,
  checkRecord,
  checkRunId,
  checkTtl,
  compareRuns,
  composeStore,
  type DeleteOptions,
  type EventFeed,
  type FeedRequest,
  givenAnnotation,
  givenAnnotationQuery,
  givenImportedAnnotations,
  givenLogEntries,
  givenLogQuery,
  type IWorkflowStore,
  LeaseLostError,
  type LogQuery,
  type Logs,
  matchesFilter,
  type NewAnnotation,
  type NewLogEntry,
  type NewRun,
  type NewSignal,
  NotFoundError,
  newRunSchema,
  newSignalSchema,
  type Owner,
  ownerSchema,
  type PageRequest,
  pageOfRuns,
  type RunFields,
  type RunFilter,
  type RunImport,
  RunIntake,
  type RunSnapshot,
  runPatchSchema,
  type StoreAbilities,
  type StorePrimitives,
  sameRun,
  startOfPage,
  UnavailableError,
} from '@ion/store'
import { memoryFeed } from './memory-feed.ts'
import { type ImportedRun, MemoryRun } from './memory-run.ts'

/** What handles on the same runs share. */
export interface MemoryData {
  runs: Map<string, MemoryRun>
  /** Idempotency key → run id. */
  keys: Map<string, string>
}

/** How a memory store is set up. */
export interface MemoryStoreOptions {
  /** The store's clock. Default: the system's. A test that moves it makes leases expire without waiting. */
  now?: () => Date
  /** The most bytes one event may have as JSON. Default 1 MiB. */
  maxEventBytes?: number
  /** Runs to work on, shared with other handles. Default: none yet, and nobody else's. */
  data?: MemoryData
}

const mebibyte = 1024 * 1024

/**
 * The reference store: keeps runs in this process's memory, and reads as the contract does. Every call is one
 * synchronous step, so nothing ever comes between a check and its write.
 *
 * @example
 * const store = new MemoryStore()
 * await store.createWorkflowRun({ id: 'r1', workflowName: 'hello', definition })
 */
export class MemoryStore
  implements
    IWorkflowStore,
    StorePrimitives,
    Annotations,
    AnnotationImport,
    ChangeHints,
    EventFeed,
    Logs,
    RunImport
{
  readonly abilities: StoreAbilities
  declare updateWorkflowRun: IWorkflowStore['updateWorkflowRun']
  declare createWorkflowEvent: IWorkflowStore['createWorkflowEvent']
  declare failWorkflowRun: IWorkflowStore['failWorkflowRun']
  declare getCompletedDagNodeOutputs: IWorkflowStore['getCompletedDagNodeOutputs']
  readonly #data: MemoryData
  readonly #clock: () => Date
  #closed = false

  constructor({ now, maxEventBytes = mebibyte, data }: MemoryStoreOptions = {}) {
    this.abilities = Object.freeze({ processes: 'one', hosts: 'one', maxEventBytes })
    this.#data = data ?? { runs: new Map(), keys: new Map() }
    this.#clock = now ?? (() => new Date())
    composeStore(this)
  }

  async createWorkflowRun(run: NewRun, options?: CallOptions) {
    const now = this.#enter(options)
    const created = checkRecord(newRunSchema, run, 'run')
    const { id, idempotencyKey } = created
    const byKey = idempotencyKey === null ? undefined : this.#data.keys.get(idempotencyKey)
    const existing = this.#data.runs.get(byKey ?? id)
    if (existing) {
      const sameId = byKey === undefined || byKey === id || !this.#data.runs.has(id)
      if (sameId && existing.wasCreatedFrom(created)) return existing.record(now)
      const taken = byKey === undefined ? `run ${id}` : `idempotency key ${JSON.stringify(idempotencyKey)}`
      throw new AlreadyExistsError(`${taken} exists with other content`, { id: byKey ?? id })
    }
    const stored = new MemoryRun(created, now)
    this.#data.runs.set(id, stored)
    if (idempotencyKey !== null) this.#data.keys.set(idempotencyKey, id)
    return stored.record(now)
  }

  async importWorkflowRun(snapshot: RunSnapshot, options?: CallOptions) {
    this.#enter(options)
    const intake = new RunIntake(snapshot, this.abilities)
    const { id, idempotencyKey } = intake.run
    const imported: ImportedRun = { run: intake.run, signals: await intake.signals(), events: [], blobs: [] }
    for await (const { events } of intake.commits()) imported.events.push(...events)
    for await (const { ref, bytes } of intake.blobs())
      imported.blobs.push({ ref, bytes: Uint8Array.from(bytes) })
    const digest = intake.finish()
    for (;;) {
      const now = this.#enter(options)
      const byKey = idempotencyKey === null ? undefined : this.#data.keys.get(idempotencyKey)
      if (byKey !== undefined && byKey !== id) {
        const key = JSON.stringify(idempotencyKey)
        throw new AlreadyExistsError(`idempotency key ${key} exists with other content`, { id: byKey })
      }
      if (!this.#data.runs.has(id)) {
        const run = MemoryRun.imported(intake.created, imported)
        this.#data.runs.set(id, run)
        if (idempotencyKey !== null) this.#data.keys.set(idempotencyKey, id)
        return run.record(now)
      }
      const same = await sameRun(this, { id, digest }, options)
      if (same) return same
    }
  }

  async getWorkflowRun(id: string, options?: CallOptions) {
    const now = this.#enter(options)
    checkRunId(id)
    return this.#data.runs.get(id)?.record(now) ?? null
  }

  async updateRunFields(id: string, fields: RunFields, options?: CallOptions) {
    const now = this.#enter(options)
    const { metadata, priority, wakeAt } = checkRecord(runPatchSchema, fields, 'patch')
    const run = this.#run(id)
    run.update(
      {
        ...(metadata === undefined ? {} : { metadata }),
        ...(priority === undefined ? {} : { priority }),
        ...(wakeAt === undefined ? {} : { wakeAt }),
      },
      now,
    )
    run.hint()
    return run.record(now)
  }

  async listWorkflowRuns(filter: RunFilter, page: PageRequest, options?: CallOptions) {
    const now = this.#enter(options)
    const after = startOfPage(page)
    const rest = [...this.#data.runs.values()]
      .map((run) => run.summary(now))
      .filter((run) => matchesFilter(run, filter) && (!after || compareRuns(run, after) > 0))
      .sort(compareRuns)
    return pageOfRuns(rest, page.limit)
  }

  async deleteWorkflowRun(id: string, options?: DeleteOptions) {
    const now = this.#enter(options)
    checkRunId(id)
    checkDeletion(options)
    const run = this.#data.runs.get(id)
    if (!run) return
    if (run.isHeld(now)) throw new LeaseLostError(`run ${id} is held; it can be deleted once it is let go`)
    const { idempotencyKey, lastSequence } = run.summary(now)
    checkExpected({ id, lastSequence }, options)
    this.#data.runs.delete(id)
    run.hint()
    if (idempotencyKey !== null) this.#data.keys.delete(idempotencyKey)
  }

  async appendEvents(id: string, append: Append, options?: CallOptions) {
    const now = this.#enter(options)
    checkAppendShape(append, this.abilities)
    return this.#changing(id, (run) => run.append(append, now))
  }

  async getWorkflowEvents(id: string, page: { after?: number; limit: number }, options?: CallOptions) {
    this.#enter(options)
    return this.#run(id).events(page.after ?? 0, page.limit)
  }

  async readBlob(id: string, ref: string, options?: CallOptions) {
    this.#enter(options)
    return Uint8Array.from(this.#run(id).blob(ref))
  }

  async claimWorkflowRun(
    id: string,
    owner: Owner,
    ttlMs: number,
    append: ClaimAppend,
    options?: CallOptions,
  ) {
    const now = this.#enter(options)
    checkRecord(ownerSchema, owner, 'owner')
    checkTtl(ttlMs)
    checkAppendShape(append, this.abilities)
    return this.#changing(id, (run) => run.claim(owner, ttlMs, append, now))
  }

  async renewClaim(id: string, claim: Claim, ttlMs: number, options?: CallOptions) {
    const now = this.#enter(options)
    checkTtl(ttlMs)
    return this.#run(id).renew(claim, ttlMs, now)
  }

  async sendSignal(id: string, signal: NewSignal, options?: CallOptions) {
    const now = this.#enter(options)
    checkRecord(newSignalSchema, signal, 'signal')
    return this.#changing(id, (run) => run.send(signal, now))
  }

  async getSignals(id: string, page: { after?: number; limit: number }, options?: CallOptions) {
    this.#enter(options)
    return this.#run(id).signals(page.after ?? 0, page.limit)
  }

  async readEvents(page: FeedRequest, options?: CallOptions) {
    this.#enter(options)
    return memoryFeed(page, (place) => [...this.#data.runs.values()].flatMap((run) => run.eventsAfter(place)))
  }

  onChange(id: string, hint: () => void) {
    const hints = this.#data.runs.get(id)?.hints
    hints?.add(hint)
    return () => void hints?.delete(hint)
  }

  async annotate(id: string, annotation: NewAnnotation, options?: CallOptions) {
    const now = this.#enter(options)
    const given = givenAnnotation(annotation, this.abilities)
    return this.#run(id).annotations.add(given, now)
  }

  async listAnnotations(id: string, query: AnnotationQuery, options?: CallOptions) {
    this.#enter(options)
    const given = givenAnnotationQuery(query)
    return this.#run(id).annotations.list(given)
  }

  async writeLogEntries(id: string, entries: readonly NewLogEntry[], options?: CallOptions) {
    this.#enter(options)
    const given = givenLogEntries(entries)
    this.#run(id).logs.add(given)
  }

  async listLogEntries(id: string, query: LogQuery, options?: CallOptions) {
    this.#enter(options)
    const given = givenLogQuery(query)
    return this.#run(id).logs.list(given)
  }

  async importAnnotations(id: string, annotations: readonly Annotation[], options?: CallOptions) {
    this.#enter(options)
    checkRunId(id)
    const given = givenImportedAnnotations(id, annotations, this.abilities)
    return this.#run(id).annotations.takeOver(given)
  }

  /** Nothing is ever in flight: a call has happened by the time it returns its promise. */
  async close() {
    this.#closed = true
  }

  /** Begins a call: gives its time, by the store's clock. */
  #enter(options: CallOptions | undefined): string {
    if (this.#closed) throw new UnavailableError('the store was closed', 'none')
    options?.signal?.throwIfAborted()
    return this.#clock().toISOString()
  }

  #changing<Result>(id: string, change: (run: MemoryRun) => Result): Result {
    const run = this.#run(id)
    const result = change(run)
    run.hint()
    return result
  }

  #run(id: string): MemoryRun {
    checkRunId(id)
    const run = this.#data.runs.get(id)
    if (!run) throw new NotFoundError(`there is no run ${id}`)
    return run
  }
}

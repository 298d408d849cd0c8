import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type Annotation,
  type AnnotationImport,
  type AnnotationQuery,
  type Annotations,
  type Append,
  type CallOptions,
  Calls,
  type ChangeHints,
  type Claim,
  type ClaimAppend,
  checkAppendShape,
  checkDeletion,
  checkRecord,
  checkRunId,
  checkTtl,
  composeStore,
  copyAppend,
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
  isStoreError,
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
  type Reopenable,
  type RunFields,
  type RunFilter,
  type RunFolders,
  type RunImport,
  type RunSnapshot,
  runPatchSchema,
  type StoreAbilities,
  type StorePrimitives,
  type WorkflowRun,
} from '@ion/store'
import { annotate, readAnnotations } from './annotations.ts'
import { hintAtChanges } from './change-hints.ts'
import { claimLog } from './claiming.ts'
import { appendToLog } from './commit.ts'
import { deleteRun } from './deletion.ts'
import { readEvents } from './events.ts'
import { readFeed } from './feed.ts'
import { updateFields } from './fields.ts'
import { asStoreError } from './file-errors.ts'
import { importAnnotations } from './import-annotations.ts'
import { importRun } from './import-run.ts'
import { Layout } from './layout.ts'
import { listRuns } from './listing.ts'
import { readLogEntries, writeLogEntries } from './log-entries.ts'
import type { RunLog } from './run-log.ts'
import { recordOf } from './run-records.ts'
import { readSignals, sendSignal } from './signals.ts'
import { assembleParts, type StoreParts, type Surroundings } from './store-parts.ts'
import { folderOfUrl } from './store-url.ts'
import { sweepTemporary } from './temporary.ts'

/** How a file store is set up. */
export interface FilesystemStoreOptions {
  /** The folder that holds a folder a run. Relative paths count from the working directory. Made when needed. */
  artifactsDir: string
  /**
   * Says that the folder lies on a file system that several machines share, whose appends are atomic between them
   * and whose clocks agree. NFS is none. Default `false`.
   */
  sharedBetweenHosts?: boolean
}

/** One event's limit: well within what one write takes, and what a reader holds in memory without thinking. */
const maxEventBytes = 1024 * 1024

/**
 * Keeps every run in a folder of its own, which a person can read: the log, the outputs, the logs of its nodes. For
 * one machine; any number of processes may use the same folder at once.
 *
 * @example
 * const store = new FilesystemStore({ artifactsDir: '.ion/runs' })
 * const { items } = await store.listWorkflowRuns({ status: ['interrupted'] }, { limit: 20 })
 * await store.close()
 */
export class FilesystemStore
  implements
    IWorkflowStore,
    StorePrimitives,
    Annotations,
    AnnotationImport,
    ChangeHints,
    EventFeed,
    Logs,
    RunFolders,
    Reopenable,
    RunImport
{
  readonly abilities: StoreAbilities
  readonly reopen: Reopenable['reopen']
  declare updateWorkflowRun: IWorkflowStore['updateWorkflowRun']
  declare createWorkflowEvent: IWorkflowStore['createWorkflowEvent']
  declare failWorkflowRun: IWorkflowStore['failWorkflowRun']
  declare getCompletedDagNodeOutputs: IWorkflowStore['getCompletedDagNodeOutputs']
  readonly #calls = new Calls(asStoreError)
  readonly #parts: StoreParts
  #swept = false

  constructor(options: FilesystemStoreOptions, surroundings: Surroundings = {}) {
    const { artifactsDir, sharedBetweenHosts = false } = options
    const layout = new Layout(resolve(artifactsDir))
    const hosts = sharedBetweenHosts ? 'many' : 'one'
    this.abilities = Object.freeze({ processes: 'many', hosts, maxEventBytes })
    const url = pathToFileURL(layout.root).href
    this.reopen = { module: import.meta.url, url, options: { sharedBetweenHosts } }
    this.#parts = assembleParts(layout, surroundings)
    composeStore(this)
  }

  /** Absolute path of a run's folder, which exists once the run does. */
  runFolder(id: string): string {
    return this.#parts.layout.run(id)
  }

  /** Calls `hint` when the run's log has grown, as far as the system tells of it. */
  onChange(id: string, hint: () => void): () => void {
    return hintAtChanges(this.#parts.layout.log(id), hint)
  }

  async createWorkflowRun(run: NewRun, options?: CallOptions) {
    const checked = checkRecord(newRunSchema, run, 'run')
    const complete = copyJson({ ...checked, definition: run.definition })
    return await this.#calls.run(options, 'unknown', async () => {
      if (!this.#swept) void sweepTemporary(this.#parts.layout, this.#parts.files, this.#parts.clock())
      this.#swept = true
      const id = await this.#parts.creation.create(complete, this.#parts.clock().toISOString())
      this.#parts.projector.schedule(id)
      return await this.#parts.logs.use(id, (log) => this.#record(log))
    })
  }

  async importWorkflowRun(snapshot: RunSnapshot, options?: CallOptions) {
    const { id } = snapshot.run
    return await this.#calls.run(options, 'unknown', async () => {
      await importRun(snapshot, { abilities: this.abilities, parts: this.#parts, store: this }, options)
      this.#parts.projector.schedule(id)
      return await this.#parts.logs.use(id, (log) => this.#record(log))
    })
  }

  async getWorkflowRun(id: string, options?: CallOptions) {
    checkRunId(id)
    return await this.#calls.run(options, 'none', async () => {
      try {
        return await this.#parts.logs.use(id, (log) => this.#record(log))
      } catch (error) {
        if (isStoreError(error, 'not_found')) return null
        throw error
      }
    })
  }

  async updateRunFields(id: string, fields: RunFields, options?: CallOptions) {
    const { status: _, error: __, ...update } = copyJson(checkRecord(runPatchSchema, fields, 'patch'))
    return await this.#write(id, options, async (log) => {
      const state = await updateFields(log, update, this.#parts.clock, options)
      return await recordOf(log, state, await this.#parts.leases.view(id, state.head.claim, this.#now()))
    })
  }

  async listWorkflowRuns(filter: RunFilter, page: PageRequest, options?: CallOptions) {
    return await this.#calls.run(options, 'none', () => {
      return listRuns(filter, page, this.#parts, options)
    })
  }

  async deleteWorkflowRun(id: string, options?: DeleteOptions) {
    checkRunId(id)
    checkDeletion(options)
    await this.#calls.run(options, 'unknown', () => deleteRun(id, this.#parts, options))
  }

  async appendEvents(id: string, append: Append, options?: CallOptions) {
    checkAppendShape(append, this.abilities)
    const copy = copyAppend(append)
    return await this.#write(id, options, (log) => appendToLog(log, copy, this.#parts, options))
  }

  async getWorkflowEvents(id: string, page: { after?: number; limit: number }, options?: CallOptions) {
    return await this.#read(id, options, (log) => readEvents(log, page.after ?? 0, page.limit))
  }

  async readBlob(id: string, ref: string, options?: CallOptions) {
    return await this.#read(id, options, (log) => this.#parts.blobs.read(log, ref))
  }

  async claimWorkflowRun(
    id: string,
    owner: Owner,
    ttlMs: number,
    append: ClaimAppend,
    options?: CallOptions,
  ) {
    const claiming = { owner: copyJson(checkRecord(ownerSchema, owner, 'owner')), ttlMs }
    checkTtl(ttlMs)
    checkAppendShape(append, this.abilities)
    const copy = copyAppend(append)
    return await this.#write(id, options, (log) => claimLog(log, copy, claiming, this.#parts, options))
  }

  async renewClaim(id: string, claim: Claim, ttlMs: number, options?: CallOptions) {
    checkTtl(ttlMs)
    return await this.#read(id, options, (log) =>
      log.turns.run(() => this.#parts.leases.renew(log, claim, ttlMs, this.#parts.clock)),
    )
  }

  async sendSignal(id: string, signal: NewSignal, options?: CallOptions) {
    const copy = copyJson(checkRecord(newSignalSchema, signal, 'signal'))
    return await this.#write(id, options, (log) => sendSignal(log, copy, this.#parts.clock, options))
  }

  async getSignals(id: string, page: { after?: number; limit: number }, options?: CallOptions) {
    return await this.#read(id, options, (log) => readSignals(log, page.after ?? 0, page.limit))
  }

  /** As `EventFeed` says, in order of time as far as that goes. A cursor has about 13 characters for each run that is there. */
  async readEvents(page: FeedRequest, options?: CallOptions) {
    return await this.#calls.run(options, 'none', () => readFeed(page, this.#parts, options))
  }

  async annotate(id: string, annotation: NewAnnotation, options?: CallOptions) {
    const given = givenAnnotation(annotation, this.abilities)
    return await this.#write(id, options, (log) => annotate(log, given, this.#parts.clock, options))
  }

  async listAnnotations(id: string, query: AnnotationQuery, options?: CallOptions) {
    const given = givenAnnotationQuery(query)
    return await this.#read(id, options, (log) => readAnnotations(log, given))
  }

  async writeLogEntries(id: string, entries: readonly NewLogEntry[], options?: CallOptions) {
    const given = givenLogEntries(entries)
    await this.#read(id, options, () => writeLogEntries(id, given, this.#parts))
  }

  async listLogEntries(id: string, query: LogQuery, options?: CallOptions) {
    const given = givenLogQuery(query)
    return await this.#read(id, options, () => readLogEntries(id, given, this.#parts))
  }

  async importAnnotations(id: string, annotations: readonly Annotation[], options?: CallOptions) {
    checkRunId(id)
    const given = givenImportedAnnotations(id, annotations, this.abilities)
    return await this.#write(id, options, (log) => importAnnotations(log, given, options))
  }

  /** Waits for what is in flight, brings `run.json` up to date and closes all files. */
  async close() {
    await this.#calls.close()
    await this.#parts.catalog.settle()
    await this.#parts.projector.flush()
    await this.#parts.logs.close()
  }

  #now(): string {
    return this.#parts.clock().toISOString()
  }

  async #record(log: RunLog): Promise<WorkflowRun> {
    const state = await log.turns.run(async () => {
      await log.refresh()
      return log.state
    })
    return await recordOf(log, state, await this.#parts.leases.view(log.id, state.head.claim, this.#now()))
  }

  /** Works on a log that is up to date. */
  async #read<Result>(
    id: string,
    options: CallOptions | undefined,
    work: (log: RunLog) => Promise<Result>,
  ): Promise<Result> {
    checkRunId(id)
    return await this.#calls.run(options, 'none', () =>
      this.#parts.logs.use(id, async (log) => {
        await log.turns.run(() => log.refresh())
        return await work(log)
      }),
    )
  }

  async #write<Result>(
    id: string,
    options: CallOptions | undefined,
    work: (log: RunLog) => Promise<Result>,
  ): Promise<Result> {
    checkRunId(id)
    // What fails after a write began says itself what may have landed.
    const result = await this.#calls.run(options, 'none', () => this.#parts.logs.use(id, work))
    this.#parts.projector.schedule(id)
    return result
  }
}

/**
 * Opens a file store.
 *
 * @param url - `file:.ion/runs` (counts from the working directory) or `file:///absolute/path` (percent-encoded).
 * @throws {InvalidRecordError} when the URL names no folder of this machine.
 *
 * @example
 * const store = await openStore('file:.ion/runs')
 */
export async function openStore(
  url: string,
  options: Omit<FilesystemStoreOptions, 'artifactsDir'> = {},
): Promise<FilesystemStore> {
  return new FilesystemStore({ ...options, artifactsDir: folderOfUrl(url) })
}

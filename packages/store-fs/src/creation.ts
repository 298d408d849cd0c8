import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AlreadyExistsError, canonicalJson, isStoreError, type NewRun, UnavailableError } from '@ion/store'
import { creationOf } from './creation-line.ts'
import { discardFolder } from './deletion.ts'
import { asStoreError, isTaken } from './file-errors.ts'
import { type FileSystem, makeDurableFolders } from './file-system.ts'
import type { IdempotencyKeys, KeyedCreation } from './idempotency-keys.ts'
import { type Layout, runFolders } from './layout.ts'
import { type CreatedLine, encodeLine, logFormat } from './log-lines.ts'
import type { OpenLogs } from './open-logs.ts'

/** Makes runs: a folder with the first line of its log, published whole by giving the folder its name. */
export class Creation {
  readonly #layout: Layout
  readonly #files: FileSystem
  readonly #logs: OpenLogs
  readonly #keys: IdempotencyKeys

  constructor(parts: { layout: Layout; files: FileSystem; logs: OpenLogs; keys: IdempotencyKeys }) {
    this.#layout = parts.layout
    this.#files = parts.files
    this.#logs = parts.logs
    this.#keys = parts.keys
  }

  /**
   * Creates a run, or finds the one that was created from the same.
   *
   * @returns the run's id, which is another one than asked for when the idempotency key has a run already.
   * @throws {AlreadyExistsError}
   */
  async create(run: Required<NewRun>, createdAt: string): Promise<string> {
    if (run.idempotencyKey === null) {
      await this.#publish({ createdAt, run })
      return run.id
    }
    // A run that exists under this id, and was created otherwise, must not leave a key behind.
    await this.#checkSame(run)
    const taken = await this.#keys.take(run.idempotencyKey, { createdAt, run })
    if (contentOf(taken.run) !== contentOf(run)) throw keyTaken(run.idempotencyKey, taken.run.id)
    await this.#publish(taken)
    return taken.run.id
  }

  /** Gives a finished folder the run's name, unless the same run is there already. Durable either way. */
  async #publish({ createdAt, run }: KeyedCreation): Promise<void> {
    if (!(await this.#checkSame(run))) {
      if (await this.#isThere(run.id)) {
        await discardFolder(run.id, { layout: this.#layout, files: this.#files, damaged: false })
      }
      if (!(await this.#give(run, createdAt)) && !(await this.#checkSame(run))) throw this.#occupied(run.id)
    }
    try {
      await this.#files.flushFolder(this.#layout.root)
    } catch (error) {
      throw new UnavailableError(`${this.#layout.root} could not be flushed`, 'unknown', { cause: error })
    }
  }

  /** Makes the folder and gives it the run's name; `false` when the name is taken by now. */
  async #give(run: Required<NewRun>, createdAt: string): Promise<boolean> {
    const temporary = this.#layout.newTemporary()
    let built = false
    try {
      await this.#build(temporary, { createdAt, run })
      built = true
      await this.#files.rename(temporary, this.#layout.run(run.id))
      return true
    } catch (error) {
      await this.#files.remove(temporary).catch(() => {})
      if (built && isTaken(error)) return false
      throw asStoreError(error, 'none')
    }
  }

  async #build(folder: string, { createdAt, run }: KeyedCreation): Promise<void> {
    const line: CreatedLine = {
      format: logFormat,
      commit: { id: randomUUID(), index: 0, count: 1 },
      at: createdAt,
      created: run,
    }
    await makeDurableFolders(this.#files, this.#layout.temporary)
    await this.#files.makeFolder(folder)
    for (const name of runFolders) await this.#files.makeFolder(join(folder, name))
    await this.#files.createFile(join(folder, 'events.jsonl'), encodeLine(line), true)
    await this.#files.flushFolder(folder)
  }

  /**
   * Compares with the run that has the id, if one has.
   *
   * @returns whether one has.
   */
  async #checkSame(run: Required<NewRun>): Promise<boolean> {
    let existing = await this.#find(run.id)
    // Between the two looks the run may have been published.
    if (existing === null && (await this.#isThere(run.id))) existing = await this.#find(run.id)
    if (existing === null) return false
    if (contentOf(existing) === contentOf(run)) return true
    throw new AlreadyExistsError(`run ${run.id} exists with other content`, { id: run.id })
  }

  async #find(id: string): Promise<Required<NewRun> | null> {
    try {
      return await this.#logs.use(id, async (log) => {
        await log.turns.run(() => log.refresh())
        return (await creationOf(log)).created
      })
    } catch (error) {
      if (isStoreError(error, 'not_found')) return null
      throw error
    }
  }

  #occupied(id: string): AlreadyExistsError {
    const folder = this.#layout.run(id)
    return new AlreadyExistsError(`${folder} is there, and is not the folder of run ${id}`, { id })
  }

  async #isThere(id: string): Promise<boolean> {
    return (await this.#files.status(this.#layout.run(id)).catch(() => null)) !== null
  }
}

function keyTaken(key: string, id: string): AlreadyExistsError {
  return new AlreadyExistsError(`idempotency key ${JSON.stringify(key)} exists with other content`, { id })
}

/** What a creation says, its id aside: a key's second creation may come with another id. */
function contentOf(run: Required<NewRun>): string {
  return canonicalJson(JSON.parse(JSON.stringify({ ...run, id: '' })))
}

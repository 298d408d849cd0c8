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
      await this.#checkSame(run, run.id)
      return run.id
    }
    // A run that exists under this id, and was created otherwise, must not leave a key behind.
    await this.#checkSame(run, run.id)
    const taken = await this.#keys.take(run.idempotencyKey, { createdAt, run })
    if (contentOf(taken.run) !== contentOf(run)) throw this.#taken(taken.run.id, run.idempotencyKey)
    await this.#publish(taken)
    await this.#checkSame(taken.run, taken.run.id)
    return taken.run.id
  }

  /** Gives a finished folder the run's name, unless there is one of that name already. */
  async #publish({ createdAt, run }: KeyedCreation): Promise<void> {
    const folder = this.#layout.run(run.id)
    if (await this.#isThere(this.#layout.log(run.id))) {
      await discardFolder(run.id, { layout: this.#layout, files: this.#files, damaged: false })
      if (await this.#isThere(folder)) return
    }
    const temporary = this.#layout.newTemporary()
    try {
      await this.#build(temporary, { createdAt, run })
      await this.#files.rename(temporary, folder)
    } catch (error) {
      await this.#files.remove(temporary).catch(() => {})
      if (!isTaken(error)) throw asStoreError(error, 'none')
    }
    try {
      await this.#files.flushFolder(this.#layout.root)
    } catch (error) {
      throw new UnavailableError(`${this.#layout.root} could not be flushed`, 'unknown', { cause: error })
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

  /** Compares with the run that has an id, if one has. */
  async #checkSame(run: Required<NewRun>, id: string): Promise<void> {
    try {
      const { created } = await this.#logs.use(id, creationOf)
      if (contentOf(created) !== contentOf(run)) throw this.#taken(id, null)
    } catch (error) {
      if (!isStoreError(error, 'not_found')) throw error
      if (await this.#isThere(this.#layout.run(id))) throw this.#taken(id, null)
    }
  }

  async #isThere(path: string): Promise<boolean> {
    return (await this.#files.status(path).catch(() => null)) !== null
  }

  #taken(id: string, key: string | null): AlreadyExistsError {
    const what = key === null ? `run ${id}` : `idempotency key ${JSON.stringify(key)}`
    return new AlreadyExistsError(`${what} exists with other content`, { id })
  }
}

/** What a creation says, its id aside: a key's second creation may come with another id. */
function contentOf(run: Required<NewRun>): string {
  return canonicalJson(JSON.parse(JSON.stringify({ ...run, id: '' })))
}

import { NotFoundError } from '@ion/store'
import { isMissing } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'
import { readProjection } from './projection-file.ts'
import { RunLog } from './run-log.ts'

interface Entry {
  log: Promise<RunLog>
  users: number
}

/** Where logs are, and how many are kept open. */
export interface OpenLogsOptions {
  layout: Layout
  files: FileSystem
  /** How many logs that nobody uses stay open. Default 64. */
  keep?: number
  /** Whether a log is known to have all that was projected from it, so that this need not be looked at again. Default: of none. */
  isSound?: (id: string) => boolean
}

/** The logs in use, and some that lately were: a log is read from its beginning once, then only what is new in it. */
export class OpenLogs {
  readonly #layout: Layout
  readonly #files: FileSystem
  readonly #keep: number
  readonly #isSound: (id: string) => boolean
  readonly #entries = new Map<string, Entry>()

  constructor({ layout, files, keep = 64, isSound = () => false }: OpenLogsOptions) {
    this.#layout = layout
    this.#files = files
    this.#keep = keep
    this.#isSound = isSound
  }

  /**
   * Works on a run's log, which stays open meanwhile.
   *
   * @throws {NotFoundError} when there is no such run.
   */
  async use<Result>(id: string, work: (log: RunLog) => Promise<Result>): Promise<Result> {
    const known = this.#entries.get(id)
    try {
      return await this.#useOnce(id, work)
    } catch (error) {
      // The log we had open was deleted; the id may have been given to a new run since.
      if (known && error instanceof NotFoundError && this.#entries.get(id) !== known)
        return await this.#useOnce(id, work)
      throw error
    }
  }

  /** Closes all that is open; nobody may be using it. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    await Promise.all(entries.map(closeEntry))
  }

  async #useOnce<Result>(id: string, work: (log: RunLog) => Promise<Result>): Promise<Result> {
    const entry = this.#entries.get(id) ?? { log: this.#open(id), users: 0 }
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    entry.users += 1
    let drop = true
    try {
      const log = await entry.log
      try {
        return await work(log)
      } finally {
        drop = log.outdated
      }
    } finally {
      entry.users -= 1
      if (drop && this.#entries.get(id) === entry) this.#entries.delete(id)
      if (this.#entries.get(id) !== entry && entry.users === 0) await closeEntry(entry)
      await this.#trim()
    }
  }

  async #open(id: string): Promise<RunLog> {
    const folder = this.#layout.run(id)
    try {
      // A folder that is a link would lead out of the store's own.
      if (!this.#files.lookAt(folder)?.isFolder) throw new NotFoundError(`there is no run ${id}`)
      // Read before the log, which grows: what was projected by now must be in it.
      const projection = this.#isSound(id)
        ? null
        : await readProjection(this.#files, this.#layout.projection(id))
      return await RunLog.open({ id, path: this.#layout.log(id), files: this.#files, projection })
    } catch (error) {
      if (isMissing(error)) throw new NotFoundError(`there is no run ${id}`)
      throw error
    }
  }

  async #trim(): Promise<void> {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= this.#keep) return
      if (entry.users > 0) continue
      this.#entries.delete(id)
      await closeEntry(entry)
    }
  }
}

async function closeEntry(entry: Entry): Promise<void> {
  const log = await entry.log.catch(() => null)
  await log?.close().catch(() => {})
}

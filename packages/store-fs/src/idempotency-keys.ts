import { CorruptError, type NewRun, runIdPattern } from '@ion/store'
import { asStoreError, isMissing, isTaken } from './file-errors.ts'
import { type FileSystem, makeDurableFolders } from './file-system.ts'
import type { Layout } from './layout.ts'
import { createTemporary } from './write-files.ts'

/** A creation as its key remembers it: enough for anyone to finish it. */
export interface KeyedCreation {
  createdAt: string
  run: Required<NewRun>
}

/**
 * Which run an idempotency key stands for: a file named for the key's digest, published whole before the run itself.
 * It holds the whole creation, so whoever comes upon a key whose run was never finished finishes it.
 */
export class IdempotencyKeys {
  readonly #layout: Layout
  readonly #files: FileSystem

  constructor(layout: Layout, files: FileSystem) {
    this.#layout = layout
    this.#files = files
  }

  /** Takes a key for a creation, or gives the creation that has it already. Durable. */
  async take(key: string, creation: KeyedCreation): Promise<KeyedCreation> {
    const before = await this.find(key)
    if (before) return before
    const path = this.#layout.key(key)
    const temporary = await this.#prepare(creation)
    try {
      for (;;) {
        try {
          await this.#files.link(temporary, path)
          await this.#files.flushFolder(this.#layout.keys)
          return creation
        } catch (error) {
          if (!isTaken(error)) throw error
        }
        const taken = await this.find(key)
        if (taken) return taken
      }
    } finally {
      await this.#files.remove(temporary).catch(() => {})
    }
  }

  async #prepare(creation: KeyedCreation): Promise<string> {
    try {
      await makeDurableFolders(this.#files, this.#layout.keys)
      return await createTemporary(this.#files, this.#layout, {
        bytes: JSON.stringify(creation),
        durable: true,
      })
    } catch (error) {
      throw asStoreError(error, 'none')
    }
  }

  /** The creation that a key was taken for. */
  async find(key: string): Promise<KeyedCreation | null> {
    const path = this.#layout.key(key)
    try {
      const value: unknown = JSON.parse((await this.#files.readFile(path)).toString())
      if (isCreation(value)) return value
    } catch (error) {
      if (isMissing(error)) return null
      if (!(error instanceof SyntaxError)) throw error
    }
    throw new CorruptError(`${path} is damaged; once it is removed, its key is free`, { file: path })
  }

  /** Frees a key that stands for this run, so that another run can have it. */
  async free(key: string, runId: string): Promise<void> {
    const taken = await this.find(key)
    if (taken?.run.id !== runId) return
    await this.#files.unlink(this.#layout.key(key)).catch((error) => {
      if (!isMissing(error)) throw error
    })
  }
}

function isCreation(value: unknown): value is KeyedCreation {
  if (typeof value !== 'object' || value === null || !('run' in value) || !('createdAt' in value))
    return false
  const { run } = value
  if (typeof run !== 'object' || run === null || !('id' in run)) return false
  return typeof run.id === 'string' && runIdPattern.test(run.id)
}

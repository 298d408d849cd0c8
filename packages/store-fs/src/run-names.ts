import { runIdPattern } from '@ion/store'
import { isMissing } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'

/** A folder that was changed this lately is read again: its time is too coarse to tell of each change. */
const settledAfterMs = 2_000

/** The ids of all runs that may be there, read from the store's folder when that has changed. */
export class RunNames {
  readonly #layout: Layout
  readonly #files: FileSystem
  #read: { modifiedMs: number; inode: number; ids: readonly string[] } | null = null

  constructor({ layout, files }: { layout: Layout; files: FileSystem }) {
    this.#layout = layout
    this.#files = files
  }

  /** The same list as before when no name has come or gone. */
  async ids(): Promise<readonly string[]> {
    const facts = this.#files.lookAt(this.#layout.root)
    if (facts && this.#read?.modifiedMs === facts.modifiedMs && this.#read.inode === facts.inode)
      return this.#read.ids
    const ids = await this.#readIds()
    const isSettled = facts !== null && Date.now() - facts.modifiedMs > settledAfterMs
    this.#read = isSettled ? { ...facts, ids } : null
    return ids
  }

  async #readIds(): Promise<string[]> {
    try {
      const entries = await this.#files.readFolder(this.#layout.root)
      return entries
        .filter(({ name, isFolder }) => isFolder && runIdPattern.test(name))
        .map(({ name }) => name)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }
}

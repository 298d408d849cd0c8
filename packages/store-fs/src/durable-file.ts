import { UnavailableError } from '@ion/store'
import type { FileFacts, FileSystem, OpenFile } from './file-system.ts'

/** The file of a log, with the knowledge of how much of it is on the medium. */
export class DurableFile {
  readonly path: string
  readonly file: OpenFile
  readonly #files: FileSystem
  /** Up to here all is on the medium, as far as this handle knows. */
  #flushed = 0
  /** Bytes of our own whose flush failed: the system may have dropped them, and will not try again by itself. */
  #doubtful: { bytes: Buffer; offset: number } | null = null

  constructor(path: string, file: OpenFile, files: FileSystem) {
    this.path = path
    this.file = file
    this.#files = files
  }

  /**
   * Brings the file up to an offset to the medium, whoever wrote it: nothing is built on what a crash may undo.
   *
   * @param outcome - What a failure means to the caller's own write.
   */
  async makeDurable(size: number, outcome: 'none' | 'unknown'): Promise<void> {
    if (this.#flushed >= size) return
    try {
      if (this.#doubtful) {
        const { inode } = await this.file.facts()
        await this.#files.rewrite(this.path, inode, this.#doubtful.bytes, this.#doubtful.offset)
        this.#doubtful = null
      }
      await this.file.flush()
    } catch (error) {
      throw this.#unflushed(error, outcome)
    }
    this.#flushed = size
  }

  /** Flushes bytes that were appended, supposedly at this offset. */
  async flushAppended(bytes: Buffer, offset: number): Promise<void> {
    try {
      await this.file.flush()
    } catch (error) {
      const { size } = await this.look()
      if (size === offset + bytes.length) this.#doubtful = { bytes, offset }
      throw this.#unflushed(error, 'unknown')
    }
  }

  /** Says that the file is on the medium up to here. */
  noteFlushed(size: number): void {
    this.#flushed = size
  }

  /** The file's facts after a write of which nothing is known yet. */
  async look(): Promise<FileFacts> {
    try {
      return await this.file.facts()
    } catch (error) {
      throw new UnavailableError(`${this.path} could not be looked at after a write`, 'unknown', {
        cause: error,
      })
    }
  }

  #unflushed(cause: unknown, outcome: 'none' | 'unknown'): UnavailableError {
    return new UnavailableError(`${this.path} could not be flushed`, outcome, { cause })
  }
}

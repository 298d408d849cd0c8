import type { OpenFile } from './file-system.ts'

/** What a file is read from. */
export type Readable = Pick<OpenFile, 'read'>

const mostKept = 64 * 1024

/**
 * A log's bytes, of which the first piece is kept after it was read, if that is all: who opens a small log to read it reads it once. It is
 * given out one more time, and then forgotten. A log only grows, so what was read of it stays true.
 */
export class FirstRead implements Readable {
  readonly #file: Readable
  #kept: Uint8Array | null = null
  #hasBegun = false

  constructor(file: Readable) {
    this.#file = file
  }

  async read(buffer: Uint8Array, offset: number): Promise<number> {
    const kept = this.#kept
    this.#kept = null
    if (kept && offset + buffer.length <= kept.length) {
      buffer.set(kept.subarray(offset, offset + buffer.length))
      return buffer.length
    }
    const filled = await this.#file.read(buffer, offset)
    if (!this.#hasBegun && offset === 0 && filled === buffer.length && filled < mostKept) this.#kept = buffer
    this.#hasBegun = true
    return filled
  }
}

import { statSync } from 'node:fs'
import { CorruptError } from '@ion/store'

/**
 * Whether a file is where it was first seen. SQLite keeps writing to a file that was deleted or replaced while it was open, and
 * what is acknowledged then is gone with the process.
 */
export class FilePlace {
  readonly #path: string
  #first: string | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** @throws {CorruptError} when another file is there than at the first time, or none. */
  check(): void {
    const found = statSync(this.#path, { throwIfNoEntry: false, bigint: true })
    const file = found ? `${found.dev}:${found.ino}` : 'none'
    this.#first ??= file
    if (file === this.#first) return
    throw new CorruptError(
      `${this.#path} was deleted or replaced while it was open; nothing more is written to what it was`,
      { file: this.#path },
    )
  }
}

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files of one body, only for this user's eyes, which are gone with it. What a killed executor left goes at the next resume. */
export class ScratchFiles {
  readonly #folder: string
  readonly #prefix: string
  readonly #paths: string[] = []

  constructor({ scratch, path, attempt }: { scratch: string; path: string; attempt: number }) {
    this.#folder = scratch
    this.#prefix = `${path.replaceAll('/', '.')}.${attempt}`
  }

  /** Writes a file and gives its path. */
  async write(name: string, text: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true })
    return await this.writeTo(join(this.#folder, `${this.#prefix}.${name}`), text)
  }

  /** Writes a file at a path of the caller's. */
  async writeTo(path: string, text: string): Promise<string> {
    this.#paths.push(path)
    await writeFile(path, text, { mode: 0o600 })
    return path
  }

  async remove(): Promise<void> {
    await Promise.all(this.#paths.map((path) => rm(path, { force: true })))
  }
}

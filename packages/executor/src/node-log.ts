import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NodeFailure } from './node-failure.ts'

/**
 * The file that takes what a body prints. It is made with the first byte; an attempt that runs again after a crash is
 * appended to its log.
 */
export class NodeLog {
  readonly path: string
  #stream: WriteStream | null = null
  #opening: Promise<WriteStream> | null = null
  #error: unknown = null

  constructor(path: string) {
    this.path = path
  }

  /** Writes; gives a promise when the file is slower than its writer, to be waited for before the next piece. */
  write(bytes: Uint8Array): void | Promise<void> {
    if (this.#error) return Promise.reject(this.#failure())
    if (!this.#stream) return this.#open().then((stream) => this.#push(stream, bytes))
    return this.#push(this.#stream, bytes)
  }

  /** @throws {NodeFailure} when something could not be written. */
  async close(): Promise<void> {
    const stream = this.#stream ?? (await this.#opening)
    if (stream && !stream.destroyed) {
      stream.end()
      await once(stream, 'close').catch(() => {})
    }
    if (this.#error) throw this.#failure()
  }

  async #open(): Promise<WriteStream> {
    this.#opening ??= (async () => {
      try {
        await mkdir(dirname(this.path), { recursive: true })
      } catch (error) {
        this.#error = error
        throw this.#failure()
      }
      const stream = createWriteStream(this.path, { flags: 'a' })
      stream.on('error', (error) => {
        this.#error = error
      })
      this.#stream = stream
      return stream
    })()
    return await this.#opening
  }

  #push(stream: WriteStream, bytes: Uint8Array): void | Promise<void> {
    if (stream.destroyed) return Promise.reject(this.#failure())
    if (stream.write(bytes)) return
    return new Promise((resolve, reject) => {
      const settle = () => {
        stream.off('drain', settle).off('close', settle)
        if (this.#error) reject(this.#failure())
        else resolve()
      }
      stream.once('drain', settle).once('close', settle)
    })
  }

  #failure(): NodeFailure {
    const why = this.#error instanceof Error ? this.#error.message : String(this.#error)
    return new NodeFailure(
      'log_failed',
      `the log ${this.path} can't be written: ${why}`,
      {},
      { cause: this.#error },
    )
  }
}

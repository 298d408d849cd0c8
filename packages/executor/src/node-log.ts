import { once } from 'node:events'
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { dirname } from 'node:path'
import { NodeFailure } from './node-failure.ts'

/** The most that waits in memory for the file, in bytes. */
const mostWaiting = 16 * 1024 * 1024

/**
 * The file that takes what a body prints. It is made with the first byte; an attempt that runs again after a crash is
 * appended to its log.
 */
export class NodeLog {
  readonly path: string
  #stream: WriteStream | null = null
  #fault: { error: unknown } | null = null
  #draining: Promise<void> | null = null

  constructor(path: string) {
    this.path = path
  }

  /**
   * Writes; gives a promise when the file is slower than its writer, to be waited for before the next piece.
   *
   * @throws {NodeFailure} `log_overrun` when the writer has not waited, and what waits in memory is more than 16 MiB.
   */
  write(bytes: Uint8Array): void | Promise<void> {
    const stream = this.#open()
    if (!stream || stream.destroyed) return Promise.reject(this.#failure())
    if (stream.writableLength > mostWaiting) throw overrun(this.path)
    if (stream.write(bytes)) return
    this.#draining ??= this.#drained(stream)
    return this.#draining
  }

  /** @throws {NodeFailure} when something could not be written. */
  async close(): Promise<void> {
    const stream = this.#stream
    if (stream && !stream.closed) {
      stream.end()
      await once(stream, 'close').catch(() => {})
    }
    if (this.#fault) throw this.#failure()
  }

  #open(): WriteStream | null {
    if (this.#stream || this.#fault) return this.#stream
    try {
      mkdirSync(dirname(this.path), { recursive: true })
    } catch (error) {
      this.#fault = { error }
      return null
    }
    // Each piece is waited for: its memory is given back once it is written.
    this.#stream = createWriteStream(this.path, { flags: 'a', highWaterMark: 1 })
    this.#stream.on('error', (error) => {
      this.#fault = { error }
    })
    return this.#stream
  }

  #drained(stream: WriteStream): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        stream.off('drain', settle).off('close', settle)
        // At once: a piece that is written from now on has a promise of its own.
        this.#draining = null
        if (this.#fault) reject(this.#failure())
        else resolve()
      }
      stream.once('drain', settle).once('close', settle)
    })
  }

  #failure(): NodeFailure {
    const error = this.#fault?.error
    const why = error instanceof Error ? error.message : String(error)
    return new NodeFailure(
      'log_failed',
      `the log ${this.path} can't be written: ${why}`,
      {},
      { cause: error },
    )
  }
}

function overrun(path: string): NodeFailure {
  return new NodeFailure(
    'log_overrun',
    `more was streamed than ${path} could take at once; a writer has to wait for the promise that it is given`,
    { details: { log: path, mostWaiting } },
  )
}

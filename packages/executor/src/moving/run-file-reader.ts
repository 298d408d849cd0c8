import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ExecutorError } from '../errors.ts'
import { decodeRunFileLine, type RunFileLine } from './run-file-line.ts'
import { systemCode } from './system-code.ts'

const newline = 10

/** Reads a file of runs line by line, one ahead, and checks that each line is as it was written. */
export class RunFileReader {
  readonly path: string
  readonly #texts: AsyncGenerator<Buffer>
  #ahead: { line: RunFileLine; bytes: Buffer } | null = null
  #hash: Hash = createHash('sha256')
  #number = 0

  constructor(path: string) {
    this.path = path
    this.#texts = textsOf(path)
  }

  /** The next line, which stays the next one. @throws {ExecutorError} `invalid_run_file` also at the file's end. */
  async peek(): Promise<RunFileLine> {
    if (this.#ahead) return this.#ahead.line
    this.#number += 1
    const bytes = await this.#read()
    if (bytes === null) throw this.fault('the file ends here and is not whole')
    const line = decodeRunFileLine(bytes.toString())
    if (line === null) throw this.fault('the line is damaged or was altered')
    this.#ahead = { line, bytes }
    return line
  }

  /** The next line; the one after it comes next. @throws as `peek` */
  async take(): Promise<RunFileLine> {
    const line = await this.peek()
    if (this.#ahead) this.#hash.update(this.#ahead.bytes).update('\n')
    this.#ahead = null
    return line
  }

  /** The SHA-256 of all lines that were taken since the last call. */
  takeDigest(): string {
    const digest = this.#hash.digest('hex')
    this.#hash = createHash('sha256')
    return digest
  }

  /** Whether nothing comes any more. */
  async isAtEnd(): Promise<boolean> {
    if (this.#ahead) return false
    this.#number += 1
    return (await this.#read()) === null
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.#texts.return(undefined)
  }

  /** An error that names the line. */
  fault(what: string): ExecutorError {
    const message = `${this.path}:${this.#number}: ${what}`
    return new ExecutorError('invalid_run_file', message, { file: this.path, line: this.#number })
  }

  async #read(): Promise<Buffer | null> {
    try {
      const { value, done } = await this.#texts.next()
      return done ? null : value
    } catch (error) {
      // What the system says of the file is no matter of its content.
      if (systemCode(error) !== undefined) throw error
      throw this.fault(`it can't be unpacked: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

/** The lines of a file, unpacked, without their newlines. What comes after the last newline is a line too. */
async function* textsOf(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 })
  const content = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file
  let parts: Buffer[] = []
  for await (const chunk of content) {
    const bytes: Buffer = Buffer.from(chunk)
    let from = 0
    for (let to = bytes.indexOf(newline); to >= 0; to = bytes.indexOf(newline, from)) {
      yield Buffer.concat([...parts, bytes.subarray(from, to)])
      parts = []
      from = to + 1
    }
    if (from < bytes.length) parts.push(bytes.subarray(from))
  }
  if (parts.length > 0) yield Buffer.concat(parts)
}

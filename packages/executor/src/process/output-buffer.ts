import { release } from './release.ts'

/** Keeps bytes up to a bound, and counts what came beyond it. */
export class OutputBuffer {
  readonly #limit: number
  readonly #chunks: Uint8Array[] = []
  bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get overflowed(): boolean {
    return this.bytes > this.#limit
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length
    if (!this.overflowed) this.#chunks.push(Buffer.from(chunk))
    else for (const kept of this.#chunks.splice(0)) release(kept)
  }

  /** What is no UTF-8 becomes U+FFFD; NUL and a byte order mark stay. */
  text(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(this.#chunks))
  }
}

const newline = 10

/**
 * Keeps the end of a stream: its last whole lines. A line that alone is too long is kept from a blank on, so that no word
 * is ever shown in part: a part of a secret would not be known as one.
 */
export class Tail {
  /** Filled from the front, and used again and again: a stream may be of any length. */
  readonly #bytes: Buffer
  #length = 0
  #isCut = false

  constructor(limit: number) {
    this.#bytes = Buffer.alloc(limit)
  }

  push(chunk: Uint8Array): void {
    const limit = this.#bytes.length
    this.#isCut ||= this.#length + chunk.length > limit
    const last = chunk.length > limit ? chunk.subarray(-limit) : chunk
    const kept = Math.min(this.#length, limit - last.length)
    this.#bytes.copyWithin(0, this.#length - kept, this.#length)
    this.#bytes.set(last, kept)
    this.#length = kept + last.length
  }

  text(): string {
    return this.#whole().toString('utf8').trimEnd()
  }

  #whole(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#length)
    if (!this.#isCut) return bytes
    const line = bytes.indexOf(newline) + 1
    if (line > 0 && line < bytes.length) return bytes.subarray(line)
    const blank = bytes.indexOf(' ')
    return blank === -1 ? Buffer.alloc(0) : bytes.subarray(blank + 1)
  }
}

/** A shell's way to read an output: without the newline that ends it. */
export function withoutLastNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

/** The beginning of a text in whole words: a part of a secret would not be known as one. */
export function beginning(text: string, most: number): string {
  if (text.length <= most) return text
  const start = text.slice(0, most)
  return `${start.slice(0, Math.max(start.search(/\s\S*$/), 0))} …`
}

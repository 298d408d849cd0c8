/** Keeps bytes up to a bound, and counts what came beyond it. */
export class OutputBuffer {
  readonly #limit: number
  #chunks: Uint8Array[] = []
  bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get overflowed(): boolean {
    return this.bytes > this.#limit
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length
    if (this.overflowed) this.#chunks = []
    else this.#chunks.push(chunk)
  }

  text(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(this.#chunks))
  }
}

/** Keeps the last bytes of a stream. */
export class Tail {
  readonly #limit: number
  #bytes: Buffer = Buffer.alloc(0)

  constructor(limit: number) {
    this.#limit = limit
  }

  push(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-this.#limit)
  }

  text(): string {
    return this.#bytes.toString('utf8').trimEnd()
  }
}

/** A shell's way to read an output: without the newline that ends it. */
export function withoutLastNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

import { addStretch, type FormMatcher, type Stretch } from './form-matcher.ts'

/** What stands in place of a secret. */
export const mask = '***'

const maskBytes = Buffer.from(mask)
const nothing = Buffer.alloc(0)

/**
 * Masks a stream of bytes: each run of bytes that belong to secrets becomes one `***`, however the stream is cut into
 * chunks. Held back is only what may be the beginning of a secret, at most the longest form less one byte.
 */
export class MaskStream {
  readonly #matcher: FormMatcher
  #state = 0
  #held: Buffer = nothing
  /** What is known of the held bytes. */
  #secret: Stretch[] = []
  /** Whether the last byte that was let go was secret: the run may go on. */
  #inside = false

  constructor(matcher: FormMatcher) {
    this.#matcher = matcher
  }

  /** Takes a chunk, and gives what can be let go. */
  push(chunk: Uint8Array): Buffer {
    const bytes =
      this.#held.length > 0
        ? Buffer.concat([this.#held, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const note = (stretch: Stretch) => addStretch(this.#secret, stretch)
    this.#state = this.#matcher.read(bytes, this.#held.length, this.#state, note)
    return this.#letGo(bytes, bytes.length - this.#matcher.depth(this.#state))
  }

  /** Ends the stream, and gives what was held back. */
  end(): Buffer {
    const rest = this.#letGo(this.#held, this.#held.length)
    this.#state = 0
    this.#inside = false
    return rest
  }

  #letGo(bytes: Buffer, end: number): Buffer {
    const pieces: Uint8Array[] = []
    let at = 0
    for (const { start, end: stop } of this.#secret) {
      if (start >= end) break
      if (start > at) this.#inside = false
      if (start > at) pieces.push(bytes.subarray(at, start))
      if (!this.#inside) pieces.push(maskBytes)
      this.#inside = true
      at = Math.min(stop, end)
    }
    if (at < end) {
      this.#inside = false
      pieces.push(bytes.subarray(at, end))
    }
    // A copy, so that a few bytes don't keep a whole chunk in memory.
    this.#held = end < bytes.length ? Buffer.from(bytes.subarray(end)) : nothing
    this.#secret = this.#secret
      .filter((stretch) => stretch.end > end)
      .map((stretch) => ({ start: Math.max(stretch.start - end, 0), end: stretch.end - end }))
    const [first = nothing] = pieces
    return pieces.length > 1
      ? Buffer.concat(pieces)
      : Buffer.from(first.buffer, first.byteOffset, first.length)
  }
}

import { createHash } from 'node:crypto'
import { type Blob, type BlobRef, type IWorkflowStore, isBlobRef, type Output } from '@ion/store'
import { type Patience, patiently } from './patience.ts'

/** The longest output that is kept in its event, in bytes. */
const inlineBytes = 64 * 1024

/**
 * An output as its event holds it, and the blob beside it when it is too long for the event.
 *
 * @param text - Lone surrogates are kept in an event; in a blob they become U+FFFD, as UTF-8 has none.
 */
export function packOutput(text: string): { output: Output; blobs: Blob[] } {
  // A UTF-16 code unit has at most 3 bytes in UTF-8, so most outputs need no counting.
  if (text.length * 3 <= inlineBytes || Buffer.byteLength(text) <= inlineBytes)
    return { output: text, blobs: [] }
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const output: BlobRef = { ref: `outputs/${sha256}`, bytes: bytes.length, sha256 }
  return { output, blobs: [{ ref: output.ref, bytes }] }
}

/** Outputs of a run as text; those that lie in blobs are read when they are needed, and the last few kept. */
export class Outputs {
  readonly #store: IWorkflowStore
  readonly #runId: string
  readonly #read = new Map<string, string>()
  readonly #patience: Patience
  readonly #kept: number

  constructor(store: IWorkflowStore, runId: string, patience: Patience, kept = 8) {
    this.#store = store
    this.#runId = runId
    this.#patience = patience
    this.#kept = kept
  }

  /** The text, when it is at hand; `undefined` when `load` must be called first. */
  peek(output: Output): string | undefined {
    return isBlobRef(output) ? this.#read.get(output.ref) : output
  }

  /** The text, read from the store when it is not at hand. */
  async load(output: Output): Promise<string> {
    const known = this.peek(output)
    if (known !== undefined || !isBlobRef(output)) return known ?? ''
    const bytes = await patiently(this.#patience, () => this.#store.readBlob(this.#runId, output.ref))
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    this.#read.set(output.ref, text)
    for (const ref of this.#read.keys()) {
      if (this.#read.size <= this.#kept) break
      this.#read.delete(ref)
    }
    return text
  }
}

import { createHash } from 'node:crypto'
import { type Blob, type BlobRef, CorruptError, NotFoundError } from '@ion/store'
import { isMissing } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'
import type { RunLog } from './run-log.ts'
import { replaceFile } from './write-files.ts'

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What the log says of an append's blobs. */
export function blobRefs(blobs: readonly Blob[] = []): BlobRef[] {
  return blobs.map(({ ref, bytes }) => ({ ref, bytes: bytes.length, sha256: sha256Of(bytes) }))
}

/**
 * Bytes beside the log, in files that are named for their content: an append that turns out void, and has written
 * other bytes under the same ref, changes nothing. The log says which refs there are.
 */
export class Blobs {
  readonly #layout: Layout
  readonly #files: FileSystem

  constructor(layout: Layout, files: FileSystem) {
    this.#layout = layout
    this.#files = files
  }

  /** Brings blobs to the medium, before the append that names them. */
  async store(id: string, blobs: readonly Blob[] = []): Promise<void> {
    for (const { bytes } of blobs) {
      const path = this.#layout.blob(id, sha256Of(bytes))
      try {
        await replaceFile(this.#files, this.#layout, { id, path, bytes, durable: true })
      } catch (error) {
        throw isMissing(error) ? new NotFoundError(`there is no run ${id}`) : error
      }
    }
  }

  /** @throws {NotFoundError} when no append brought such a blob; {CorruptError} when its file isn't what was written. */
  async read(log: RunLog, ref: string): Promise<Uint8Array> {
    const blob = log.index.blob(ref)
    if (!blob) throw new NotFoundError(`run ${log.id} has no blob ${JSON.stringify(ref)}`)
    const path = this.#layout.blob(log.id, blob.sha256)
    const bytes = await this.#files.readFile(path).catch((error) => {
      if (!isMissing(error)) throw error
      throw new CorruptError(`${path} is gone`, { file: path })
    })
    if (sha256Of(bytes) !== blob.sha256)
      throw new CorruptError(`${path} is not what was written`, { file: path })
    return new Uint8Array(bytes)
  }
}

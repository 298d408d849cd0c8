import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { versionOf } from './scan-folder.ts'

const largestChunk = 1024 * 1024
// Not through a link, nor waiting for whoever writes to a pipe, that took the file's place.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants

/**
 * The SHA-256 of a file, read piece by piece.
 *
 * @param version - What it was when it was found.
 * @returns `null` when it was written to meanwhile, or the signal is aborted.
 */
export async function hashFile(path: string, version: string, signal: AbortSignal): Promise<string | null> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const before = await file.stat({ bigint: true })
    if (versionOf(before) !== version) return null
    const hash = createHash('sha256')
    const chunk = Buffer.allocUnsafe(Math.min(Number(before.size) + 1, largestChunk))
    while (!signal.aborted) {
      const { bytesRead } = await file.read(chunk)
      if (bytesRead === 0) {
        const after = await file.stat({ bigint: true })
        return versionOf(after) === version ? hash.digest('hex') : null
      }
      hash.update(chunk.subarray(0, bytesRead))
    }
    return null
  } finally {
    await file.close()
  }
}

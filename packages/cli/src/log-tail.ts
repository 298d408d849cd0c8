import { open } from 'node:fs/promises'

const mostBytes = 64 * 1024

/** The last lines of a file, of its last 64 KiB; none when it isn't there. */
export async function readLastLines(path: string, count: number): Promise<string[]> {
  const file = await open(path, 'r').catch(() => null)
  if (!file) return []
  try {
    const { size } = await file.stat()
    const length = Math.min(size, mostBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const text = buffer
      .subarray(0, bytesRead)
      .toString('utf8')
      .replace(/\r?\n$/, '')
    return text === '' ? [] : text.split(/\r?\n/).slice(-count)
  } finally {
    await file.close()
  }
}

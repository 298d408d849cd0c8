import type { Readable } from './first-read.ts'
import { type PlacedUnit, UnitScanner } from './log-units.ts'

const bytesAChunk = 64 * 1024
const largestChunk = 1024 * 1024

/** The bytes of a file from one offset up to another, piece by piece: small ones first, for who stops early. */
export async function* readChunks(file: Readable, from: number, to: number): AsyncGenerator<Buffer> {
  let size = bytesAChunk
  for (let offset = from; offset < to; ) {
    const chunk = Buffer.allocUnsafe(Math.min(size, to - offset))
    const filled = await file.read(chunk, offset)
    if (filled === 0) return
    yield chunk.subarray(0, filled)
    offset += filled
    size = Math.min(size * 2, largestChunk)
  }
}

/**
 * The whole units of a log between two offsets, void ones included, chunk by chunk.
 *
 * @param from - The beginning of a unit.
 */
export async function* readUnits(file: Readable, from: number, to: number): AsyncGenerator<PlacedUnit[]> {
  const scanner = new UnitScanner(from)
  for await (const chunk of readChunks(file, from, to)) yield scanner.push(chunk)
}

/** The number of the line that begins at an offset, from 1. */
export async function lineAt(file: Readable, offset: number): Promise<number> {
  let line = 1
  for await (const chunk of readChunks(file, 0, offset)) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) line += 1
  }
  return line
}

/** Whether the last of the first `size` bytes is a newline. */
export async function endsInNewline(file: Readable, size: number): Promise<boolean> {
  const last = Buffer.alloc(1)
  await file.read(last, size - 1)
  return last[0] === 10
}

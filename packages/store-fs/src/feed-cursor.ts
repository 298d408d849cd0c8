import { createHash } from 'node:crypto'
import { decodeFeedCursor, encodeFeedCursor, foreignCursor } from '@ion/store'

/** How far each run was read: the last sequence by the run's key. */
export type ReadSoFar = Map<string, number>

const form = 1
const keyBytes = 8

/**
 * What stands for a run in a cursor: one that is made anew under the same id has another.
 *
 * @param creation - The id of the commit that created the run.
 */
export function runKey(id: string, creation: string): string {
  const sum = createHash('sha256').update(id).update('\0').update(creation).digest()
  return sum.subarray(0, keyBytes).toString('latin1')
}

/** A run takes 8 bytes for its key and 1 for every 7 bits of its sequence: about 13 characters. */
export function cursorOf(read: ReadSoFar): string {
  const parts = [Buffer.of(form)]
  for (const [key, sequence] of [...read].sort(([one], [other]) => (one < other ? -1 : 1))) {
    parts.push(Buffer.from(key, 'latin1'), Buffer.from(bytesOf(sequence)))
  }
  return encodeFeedCursor(Buffer.concat(parts))
}

/** @throws {InvalidRecordError} when no page of a feed over files gave the cursor. */
export function readSoFar(cursor: string): ReadSoFar {
  const place = decodeFeedCursor(cursor)
  if (place[0] !== form) throw foreignCursor(cursor)
  const read: ReadSoFar = new Map()
  for (let at = 1; at < place.length; ) {
    const key = place.toString('latin1', at, at + keyBytes)
    at += keyBytes
    let sequence = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = place[at++]
      if (byte === undefined) throw foreignCursor(cursor)
      sequence += (byte & 127) * scale
      if (byte < 128) break
    }
    read.set(key, sequence)
  }
  return read
}

/** Seven bits a byte, the lowest first; all but the last have the eighth set. */
function bytesOf(sequence: number): number[] {
  const bytes: number[] = []
  let rest = sequence
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
  return bytes
}

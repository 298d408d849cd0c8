import { crc32 } from 'node:zlib'
import type { RunKey } from '@ion/store'

const catalogFormat = 1
const newline = 10

/** What tells whether a log is still the one that was read, and no longer than it was. */
export interface LogFacts {
  size: number
  inode: number
  modifiedMs: number
}

/** A run that was read: what its log came to, as JSON, and how the log's file was before that. */
export interface ReadRun extends RunKey {
  facts: LogFacts
  text: string
}

/** The text of a catalog: a line that vouches for all others, then a line a run. */
export function encodeCatalog(runs: Iterable<ReadRun>): string {
  const lines: string[] = []
  for (const { id, createdAt, facts, text } of runs) {
    const { size, inode, modifiedMs } = facts
    lines.push(`${JSON.stringify([id, createdAt, size, inode, modifiedMs])}\t${text}\n`)
  }
  const body = lines.join('')
  return `${JSON.stringify({ format: catalogFormat, crc: crc32(body) })}\n${body}`
}

/** The runs in a catalog; none when it is damaged, or another version wrote it. What a run's log came to isn't looked at yet. */
export function decodeCatalog(bytes: Buffer): ReadRun[] {
  try {
    const begin = bytes.indexOf(newline) + 1
    const { format, crc } = JSON.parse(bytes.toString('utf8', 0, begin))
    if (format !== catalogFormat || crc !== crc32(bytes.subarray(begin))) return []
    return bytes.toString('utf8', begin).split('\n').slice(0, -1).map(readLine)
  } catch {
    return []
  }
}

/** The checksum vouches for the shape. */
function readLine(line: string): ReadRun {
  const tab = line.indexOf('\t')
  const [id, createdAt, size, inode, modifiedMs]: [string, string, number, number, number] = JSON.parse(
    line.slice(0, tab),
  )
  return { id, createdAt, facts: { size, inode, modifiedMs }, text: line.slice(tab + 1) }
}

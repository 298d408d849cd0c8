import { crc32 } from 'node:zlib'
import type { Annotation, BlobRef, NewLogEntry, UnheldRun, WorkflowEvent, WorkflowSignal } from '@ion/store'
import type { RunFile } from './run-files.ts'

/** The form of the file that this version writes; it reads all before it too. Since 2 there may be annotations and log entries. */
export const runFileFormat = 2

/** How many bytes a line of data has at most, before they are written as base64. */
export const bytesALine = 48 * 1024

/**
 * A line of a file of runs, each JSON with one member (besides its checksum). After the first line come the runs: `run`, then its
 * `signal`s, `event`s, `blob`s and `file`s, these two with their bytes as `data`, `annotation`s and `logEntry`s, closed by `end`, or by `void` where the export had to
 * give the run up. The last line is `complete`.
 */
export type RunFileLine =
  | { ion: { kind: 'runs'; format: number; exportedAt: string } }
  | { run: UnheldRun }
  | { signal: WorkflowSignal }
  | { event: WorkflowEvent }
  | { blob: BlobRef }
  | { file: RunFile & { sha256: string } }
  | { data: string }
  | { annotation: Annotation }
  | { logEntry: NewLogEntry }
  | { end: RunEnd }
  | { void: { id: string; code: string; message: string } }
  | { complete: { runs: number } }

/** What closes a run. */
export interface RunEnd {
  id: string
  /** `digestRun` of the run. */
  digest: string
  /** SHA-256 over the lines of the run, from its first to the one before this, with their newlines. */
  sha256: string
}

/** The names of lines. */
export type LineName = RunFileLine extends infer Line ? (Line extends unknown ? keyof Line : never) : never

const names: ReadonlySet<string> = new Set<LineName>([
  ...([
    'ion',
    'run',
    'signal',
    'event',
    'blob',
    'file',
    'data',
    'annotation',
    'logEntry',
    'end',
    'void',
    'complete',
  ] as const),
])

/** Writes a line, its newline included: JSON whose last member is the CRC-32 of all bytes before it. */
export function encodeRunFileLine(line: RunFileLine): string {
  const text = JSON.stringify(line).slice(0, -1)
  return `${text},"crc":${crc32(text)}}\n`
}

const checksum = /,"crc":(\d{1,10})\}$/

/** Reads a line, without its newline; `null` when it is not as it was written. */
export function decodeRunFileLine(text: string): RunFileLine | null {
  const found = checksum.exec(text.slice(-20))
  if (!found) return null
  const body = text.slice(0, -found[0].length)
  if (crc32(body) !== Number(found[1])) return null
  const value: unknown = JSON.parse(`${body}}`)
  return isLine(value) ? value : null
}

/** The checksum vouches for the content, so that only the kind of line is looked at; records are checked where they are taken in. */
function isLine(value: unknown): value is RunFileLine {
  if (typeof value !== 'object' || value === null) return false
  const [name, ...more] = Object.keys(value)
  return name !== undefined && more.length === 0 && names.has(name)
}

/** Bytes as lines of data. */
export async function* dataLines(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<RunFileLine> {
  for await (const bytes of content) {
    for (let from = 0; from < bytes.length; from += bytesALine) {
      const part = bytes.subarray(from, from + bytesALine)
      yield { data: Buffer.from(part.buffer, part.byteOffset, part.length).toString('base64') }
    }
  }
}

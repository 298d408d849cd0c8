import {
  isLogEntry,
  type LogQuery,
  matchesLogEntry,
  type NewLogEntry,
  NotFoundError,
  type StoredLogEntry,
  UnavailableError,
} from '@ion/store'
import { isMissing, isTaken } from './file-errors.ts'
import type { FileSystem, OpenFile } from './file-system.ts'
import type { Layout } from './layout.ts'
import { endsInNewline, readChunks } from './log-reading.ts'

/** What log entries are read and written with. */
export interface LogEntryFiles {
  layout: Layout
  files: FileSystem
}

/** Adds entries to the file of a run: one write and no flush, as nothing rests on them. A torn line before them is left behind. */
export async function writeLogEntries(
  id: string,
  entries: readonly NewLogEntry[],
  parts: LogEntryFiles,
): Promise<void> {
  const path = parts.layout.logEntries(id)
  const file = await openOrCreate(id, path, parts)
  try {
    if (!file.writable) throw new UnavailableError(`${path} can't be written to: it is read-only`, 'none')
    const { size } = await file.facts()
    const isTorn = size > 0 && !(await endsInNewline(file, size))
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    const bytes = Buffer.from(isTorn ? `\n${lines}` : lines)
    if ((await file.append(bytes)) === bytes.length) return
    throw new UnavailableError(`${path} could not be written: the medium took only a part`, 'unknown')
  } finally {
    await file.close()
  }
}

/** The log entries that a query finds, in order. An entry's sequence is where its line begins, so that a page is found without reading those before. */
export async function readLogEntries(
  id: string,
  { after, limit, ...filter }: LogQuery & { after: number },
  { layout, files }: LogEntryFiles,
): Promise<StoredLogEntry[]> {
  const file = await files.openLog(layout.logEntries(id)).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  const found: StoredLogEntry[] = []
  if (!file) return found
  try {
    for await (const { line, start } of wholeLines(file, after)) {
      const entry = entryIn(line)
      if (!entry || !matchesLogEntry(entry, filter)) continue
      found.push({ ...entry, runId: id, sequence: start + 1 })
      if (found.length === limit) break
    }
    return found
  } finally {
    await file.close()
  }
}

async function openOrCreate(id: string, path: string, { files }: LogEntryFiles): Promise<OpenFile> {
  try {
    return await files.openLog(path).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error
      await files.createFile(path, '', false).catch((fault: unknown) => {
        if (!isTaken(fault)) throw fault
      })
      return await files.openLog(path)
    })
  } catch (error) {
    // The folder is gone, and the run with it.
    if (isMissing(error)) throw new NotFoundError(`there is no run ${id}`)
    throw error
  }
}

/** The lines of a file that begin at an offset or after it. One without its end is none yet. */
async function* wholeLines(file: OpenFile, from: number): AsyncGenerator<{ line: Buffer; start: number }> {
  const { size } = await file.facts()
  // A line begins where the file does, and after each newline: also after one that lies right before.
  let offset = Math.max(0, from - 1)
  let begun = from === 0
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of readChunks(file, offset, size)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      if (begun) yield { line: bytes.subarray(at, end), start: offset + at }
      begun = true
      at = end + 1
    }
    rest = bytes.subarray(at)
    offset += at
  }
}

/** What a line says; `null` for one that was torn. */
function entryIn(line: Buffer): NewLogEntry | null {
  try {
    const said: unknown = JSON.parse(line.toString('utf8'))
    return isLogEntry(said) ? said : null
  } catch {
    return null
  }
}

import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { link, lstat, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { RunIntake, type WorkflowRun } from '@ion/store'
import { ExecutorError } from '../errors.ts'
import { chosenRuns } from './chosen-runs.ts'
import { annotationPages } from './move-annotations.ts'
import { logEntriesIn } from './move-log-entries.ts'
import type { MovingOptions, MovingResult, MovingSide } from './moved-run.ts'
import { type MovedParts, MovingTally, nothingMoved } from './moving-tally.ts'
import { dataLines, encodeRunFileLine, type RunFileLine, runFileFormat } from './run-file-line.ts'
import { digestFile, listRunFiles } from './run-files.ts'
import { settledRun, settledSnapshot } from './settled-run.ts'
import { folderOn } from './side-folder.ts'
import { systemCode } from './system-code.ts'

/** Which runs are exported, and where to. */
export interface ExportOptions extends MovingOptions {
  from: MovingSide
  /** The file to be made; packed with gzip when its name ends in `.gz`. */
  file: string
  /** Ids of the runs. Default: all, newest first. */
  runs?: readonly string[]
  /** Whether a file that is there may be replaced. Default `false`. */
  overwrite?: boolean
}

/**
 * Writes runs to one file, with all that `copyRuns` carries, to be read by `importRuns`. The file has its name only once it is whole.
 * A run that somebody holds, or that is damaged, is refused and left out; the others go on. Ended by `signal`, it leaves no file.
 *
 * @throws {ExecutorError} `file_exists` when there is such a file; a `StoreError`, `unavailable`; what the system says of the file.
 *
 * @example
 * await exportRuns({ from: { store }, file: 'runs.ion.gz' })
 */
export async function exportRuns(options: ExportOptions): Promise<MovingResult> {
  const { file, overwrite = false } = options
  if (!overwrite && (await lstat(file).catch(() => null))) throw isThere(file)
  const tally = new MovingTally(options)
  const temporary = `${file}.${randomUUID()}.tmp`
  const lines = Readable.from(textLines(options, tally), { objectMode: false, highWaterMark: 256 * 1024 })
  const output = createWriteStream(temporary, { flags: 'wx', flush: true })
  try {
    if (file.endsWith('.gz')) await pipeline(lines, createGzip(), output)
    else await pipeline(lines, output)
    await publish(temporary, file, overwrite)
    return tally.result()
  } catch (error) {
    if (error instanceof Stopped) return tally.result(true)
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

async function publish(temporary: string, file: string, overwrite: boolean): Promise<void> {
  if (overwrite) return await rename(temporary, file)
  await link(temporary, file).catch(async (error: unknown) => {
    const code = systemCode(error)
    if (code === 'EEXIST' || (await lstat(file).catch(() => null))) throw isThere(file)
    // Some file systems give a file no second name.
    if (code === undefined || !withoutLinks.has(code)) throw error
    await rename(temporary, file)
  })
}

function isThere(file: string): ExecutorError {
  return new ExecutorError('file_exists', `${file} is there already`, { file })
}

/** The export was told to end. */
class Stopped extends Error {}

async function* textLines(options: ExportOptions, tally: MovingTally): AsyncGenerator<string> {
  const { from, runs } = options
  yield encodeRunFileLine({
    ion: { kind: 'runs', format: runFileFormat, exportedAt: new Date().toISOString() },
  })
  let count = 0
  for await (const id of chosenRuns(from.store, runs)) {
    if (tally.stopped) throw new Stopped()
    const moved = nothingMoved()
    let begun = false
    try {
      for await (const text of runLines(id, from, moved)) {
        yield text
        begun = true
      }
      tally.moved(id, 'copied', moved)
      count += 1
    } catch (error) {
      const reason = tally.refused(id, error, moved)
      // What is written of it already counts for nothing.
      if (begun) yield encodeRunFileLine({ void: { id, ...reason } })
    }
  }
  yield encodeRunFileLine({ complete: { runs: count } })
}

/** The lines of a run as texts, from `run` to `end`. */
async function* runLines(id: string, from: MovingSide, moved: MovedParts): AsyncGenerator<string> {
  const run = await settledRun(from.store, id)
  const sha256 = createHash('sha256')
  // Events of any size: whether they fit is for the store to say that takes them in.
  const limits = { ...from.store.abilities, maxEventBytes: Number.POSITIVE_INFINITY }
  const intake = new RunIntake(settledSnapshot(from.store, run), limits)
  for await (const line of contentLines({ run, intake, from, moved })) {
    const text = encodeRunFileLine(line)
    sha256.update(text)
    yield text
  }
  yield encodeRunFileLine({ end: { id, digest: intake.finish(), sha256: sha256.digest('hex') } })
}

interface Content {
  run: WorkflowRun
  intake: RunIntake
  from: MovingSide
  moved: MovedParts
}

async function* contentLines({ run, intake, from, moved }: Content): AsyncGenerator<RunFileLine> {
  yield { run: intake.run }
  for (const signal of await intake.signals()) yield { signal }
  let folder = folderOn(from, run, undefined)
  for await (const { events } of intake.commits()) {
    for (const event of events) {
      if (event.sequence === 1) folder = folderOn(from, run, event)
      yield { event }
    }
  }
  for await (const { ref, bytes, sha256 } of intake.blobs()) {
    yield { blob: { ref, bytes: bytes.length, sha256 } }
    yield* dataLines([bytes])
  }
  for await (const file of listRunFiles(folder, moved.files.skipped)) {
    const path = join(folder, file.path)
    yield { file: { ...file, sha256: await digestFile(path) } }
    yield* dataLines(createReadStream(path))
    moved.files.copied += 1
  }
  for await (const page of annotationPages(from.store, run.id)) {
    for (const annotation of page) yield { annotation }
    moved.annotations.copied += page.length
  }
  for await (const logEntry of logEntriesIn(from.store, run.id)) {
    yield { logEntry }
    moved.logEntries.copied += 1
  }
}

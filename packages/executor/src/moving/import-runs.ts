import type { IWorkflowStore, RunImport, UnheldRun } from '@ion/store'
import { ExecutorError } from '../errors.ts'
import { importerOf } from './copy-runs.ts'
import { IncomingRun } from './incoming-run.ts'
import type { MovingOptions, MovingResult, MovingSide } from './moved-run.ts'
import { MovingTally, nothingMoved } from './moving-tally.ts'
import { runFileFormat } from './run-file-line.ts'
import { RunFileReader } from './run-file-reader.ts'

/** Which file is read, and where its runs go. */
export interface ImportOptions extends MovingOptions {
  to: MovingSide
  /** A file that `exportRuns` made; unpacked when its name ends in `.gz`. */
  file: string
}

/**
 * Takes in the runs of a file that `exportRuns` made, each with all that belongs to it, verified by its digest. A run lands when the file
 * has been read up to its end; one that is there already, the same, is left alone; one that is there with other content is refused, and
 * the others go on.
 *
 * @throws {ExecutorError} `invalid_run_file`, naming the line, when the file is cut short or was altered: the runs before it stay, and
 * were told by `onRun`; `cannot_import`. A `StoreError`, `unavailable`.
 *
 * @example
 * const { copied } = await importRuns({ to: { store }, file: 'runs.ion.gz' })
 */
export async function importRuns(options: ImportOptions): Promise<MovingResult> {
  const target = importerOf(options.to.store)
  const tally = new MovingTally(options)
  const reader = new RunFileReader(options.file)
  try {
    await readHead(reader)
    let count = 0
    for (;;) {
      const line = await reader.peek()
      if ('complete' in line) {
        await reader.take()
        if (line.complete.runs !== count)
          throw reader.fault(`it says ${line.complete.runs} runs, there are ${count}`)
        if (!(await reader.isAtEnd())) throw reader.fault('something comes after its last line')
        return tally.result()
      }
      if (tally.stopped) return tally.result(true)
      if (!('run' in line)) throw reader.fault('a run should begin here')
      count += await importNext({ reader, target, to: options.to, tally }, line.run)
    }
  } finally {
    await reader.close()
  }
}

async function readHead(reader: RunFileReader): Promise<void> {
  const line = await reader.peek()
  if (!('ion' in line) || line.ion.kind !== 'runs') throw reader.fault('this is no file of runs')
  if (!(line.ion.format >= 1 && line.ion.format <= runFileFormat)) {
    throw reader.fault(
      `the file has format ${line.ion.format}; this version of Ion reads those up to ${runFileFormat}`,
    )
  }
  await reader.take()
}

interface Importing {
  reader: RunFileReader
  target: IWorkflowStore & RunImport
  to: MovingSide
  tally: MovingTally
}

/** Takes in one run; gives how many that were, 0 when its export was given up. */
async function importNext({ reader, target, to, tally }: Importing, run: UnheldRun): Promise<0 | 1> {
  const incoming = new IncomingRun(reader, to, run)
  const moved = nothingMoved()
  try {
    const outcome = await incoming.importInto(target, moved)
    tally.moved(run.id, outcome, moved)
  } catch (error) {
    if (error instanceof ExecutorError && error.code === 'invalid_run_file') throw error
    if ((await incoming.skip()) === 'void') return 0
    tally.refused(run.id, error, moved)
  } finally {
    await incoming.discard()
  }
  return 1
}

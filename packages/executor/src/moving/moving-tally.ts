import { isStoreError } from '@ion/store'
import { ExecutorError } from '../errors.ts'
import type {
  MovedAnnotations,
  MovedFiles,
  MovedLogEntries,
  MovedRun,
  MovingOptions,
  MovingResult,
} from './moved-run.ts'
import { systemCode } from './system-code.ts'

/** What becomes of all that belongs to a run besides its log, noted while it is moved. */
export interface MovedParts {
  files: MovedFiles
  annotations: MovedAnnotations
  logEntries: MovedLogEntries
}

/** Nothing was moved yet. */
export const nothingMoved = (): MovedParts => ({
  files: { copied: 0, present: 0, skipped: [] },
  annotations: { copied: 0, skipped: false },
  logEntries: { copied: 0, skipped: false },
})

/** How much was written besides the log. */
export function writtenParts({ files, annotations, logEntries }: MovedParts): number {
  return files.copied + annotations.copied + logEntries.copied
}

/** Counts what becomes of runs, and tells of each. */
export class MovingTally {
  readonly #options: MovingOptions
  readonly #counts = { copied: 0, present: 0, refused: 0 }

  constructor(options: MovingOptions) {
    this.#options = options
  }

  /** A run was moved, or was there already. */
  moved(runId: string, outcome: 'copied' | 'present', parts: MovedParts): void {
    this.#tell({ runId, outcome, ...parts })
  }

  /** A run could not be moved. @throws the error, when it is no matter of this run alone. */
  refused(runId: string, error: unknown, parts: MovedParts): { code: string; message: string } {
    const reason = reasonOf(error)
    this.#tell({ runId, outcome: 'refused', error: reason, ...parts })
    return reason
  }

  /** Whether it was told to end. */
  get stopped(): boolean {
    return this.#options.signal?.aborted === true
  }

  /** The sum. */
  result(interrupted = false): MovingResult {
    return { ...this.#counts, interrupted }
  }

  #tell(run: MovedRun): void {
    this.#counts[run.outcome] += 1
    this.#options.onRun?.(run)
  }
}

/** Errors that say something of more than one run. */
const ofAllRuns: ReadonlySet<string> = new Set(['unavailable', 'invalid_run_file'])

/** Why a run was refused. @throws what is no matter of this run alone. */
function reasonOf(error: unknown): { code: string; message: string } {
  const code = isStoreError(error) || error instanceof ExecutorError ? error.code : systemCode(error)
  if (code === undefined || ofAllRuns.has(code) || !(error instanceof Error)) throw error
  return { code, message: error.message }
}

import { isStoreError } from '@ion/store'
import { ExecutorError } from '../errors.ts'
import type { MovedFiles, MovedRun, MovingOptions, MovingResult } from './moved-run.ts'
import { systemCode } from './system-code.ts'

/** No files. */
export const noFiles = (): MovedFiles => ({ copied: 0, present: 0, skipped: [] })

/** Counts what becomes of runs, and tells of each. */
export class MovingTally {
  readonly #options: MovingOptions
  readonly #counts = { copied: 0, present: 0, refused: 0 }

  constructor(options: MovingOptions) {
    this.#options = options
  }

  /** Moves a run; what speaks against this run alone is noted, and the others go on. */
  async note(runId: string, move: (files: MovedFiles) => Promise<'copied' | 'present'>): Promise<void> {
    const files = noFiles()
    let moved: MovedRun
    try {
      moved = { runId, outcome: await move(files), files }
    } catch (error) {
      moved = { runId, outcome: 'refused', error: reasonOf(error), files }
    }
    this.#counts[moved.outcome] += 1
    this.#options.onRun?.(moved)
  }

  get stopped(): boolean {
    return this.#options.signal?.aborted === true
  }

  result(interrupted = false): MovingResult {
    return { ...this.#counts, interrupted }
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

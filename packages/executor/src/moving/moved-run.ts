import type { IWorkflowStore, WorkflowRun } from '@ion/store'

/**
 * The folder that holds the folders of runs (`logs/`, `artifacts/`), as it was told to the executor, or what gives it for a run.
 * `undefined`: the store's own, else `.ion/runs` under the run's directory.
 */
export type ArtifactsDir = string | ((run: WorkflowRun) => string | undefined)

/** A store as runs come from it or go to it. */
export interface MovingSide {
  store: IWorkflowStore
  artifactsDir?: ArtifactsDir | undefined
}

/** What became of a run's files. */
export interface MovedFiles {
  /** How many were written. */
  copied: number
  /** How many were there already, the same. */
  present: number
  /** What was left out, and why: symbolic links are not followed. */
  skipped: { path: string; reason: string }[]
}

/** What became of a run's annotations. */
export interface MovedAnnotations {
  /** How many were written. */
  copied: number
  /** Whether there are some that were left out: the other store takes none over. */
  skipped: boolean
}

/** What became of what was noted of a run. */
export interface MovedLogEntries {
  /** How many were written. */
  copied: number
  /** Whether there are some that were left out: the other store keeps none, or has others for the run. */
  skipped: boolean
}

/** What became of one run. */
export interface MovedRun {
  runId: string
  /**
   * `copied`: it was written. `present`: it was there already, the same in everything. `refused`: nothing was changed, or only some of
   * its files, annotations and log entries were copied; `error` says why.
   */
  outcome: 'copied' | 'present' | 'refused'
  /** Why it was refused. */
  error?: { code: string; message: string }
  files: MovedFiles
  annotations: MovedAnnotations
  logEntries: MovedLogEntries
}

/** How many runs came to what. */
export interface MovingResult {
  copied: number
  present: number
  refused: number
  /** Whether it was told to end by `signal`: there may be more runs. */
  interrupted: boolean
}

/** What all kinds of moving take. */
export interface MovingOptions {
  /** Called with what became of each run. What it throws ends the moving. */
  onRun?: (run: MovedRun) => void
  /** Ends the moving after the run that is under way. */
  signal?: AbortSignal
}

import type { IWorkflowStore, RunSummary, WorkflowRun } from '@ion/store'

/** The statuses of runs that can be pruned: those that have ended. */
export const prunableStatuses = ['completed', 'cancelled', 'failed'] as const

/** A status of a run that can be pruned. */
export type PrunableStatus = (typeof prunableStatuses)[number]

/** Which runs are to go: those that meet every condition given. At least one is needed. */
export interface PruneConditions {
  /** Any of these. Default `completed` and `cancelled`: a failed run can be resumed, and goes only when it is named. */
  status?: PrunableStatus[]
  workflowName?: string
  /** Not among the newest so many runs of its workflow that have one of the statuses. At least 1. */
  keep?: number
  /** Ended before this time (ISO). */
  endedBefore?: string
}

/**
 * Why a run stays: `status`, it has none of the statuses, or has not ended; `newest`, it is one of those to keep; `recent`, it
 * ended too lately; `held`, somebody executes it; `changed`, it was resumed meanwhile; `damaged`, it can't be read.
 */
export type KeptReason = 'status' | 'newest' | 'recent' | 'held' | 'changed' | 'damaged'

/** Which runs to delete, and how. */
export interface PruneOptions extends PruneConditions {
  store: IWorkflowStore
  /** Only says what would go. Default `false`. */
  dryRun?: boolean
  /**
   * The folder that holds the folders of runs (`logs/`, `artifacts/`), as it was told to the executor, or where it was for a run.
   * `undefined`: the store's own, which goes with the run, else `.ion/runs` under the run's directory.
   */
  artifactsDir?: string | ((run: WorkflowRun) => string | undefined)
  /** Called with every run that went, or with `dryRun` would go, newest first or nearly so. What it throws ends the pruning. */
  onPruned?: (run: RunSummary) => void
  /** Ends the pruning after the deletions that are under way. */
  signal?: AbortSignal
}

/** What a pruning came to. */
export interface PruneResult {
  /** How many runs went, or with `dryRun` would go. */
  deleted: number
  /** How many stay, and why. Runs of other workflows than the one asked for are not counted. */
  kept: { [Reason in KeptReason]: number }
  /** Runs that went and whose files could not be removed, with the reason: the first hundred. */
  leftFolders: { runId: string; reason: string }[]
  /** Whether it was told to end by `signal`: there may be more that would go. */
  interrupted: boolean
}

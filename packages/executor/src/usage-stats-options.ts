import type { IWorkflowStore, UsageSum } from '@ion/store'

/** What usage can be told apart by. */
export const usageKeys = ['workflow', 'model', 'agent', 'day'] as const

/**
 * What usage can be told apart by: the workflow's name; the model that answered, else the one that was asked for; the agent's name; the day on
 * which the run was created (UTC).
 */
export type UsageKey = (typeof usageKeys)[number]

/** Of which runs the usage is summed, and how. */
export interface UsageStatsOptions {
  store: IWorkflowStore
  /** Only of workflows whose name begins with this. Default: of all. */
  prefix?: string
  /** Only of runs that were created at or after this time. */
  since?: Date | string
  /** Only of runs that were created before this time. */
  until?: Date | string
  /** What there is a row for: each combination of these that occurs. Default `['workflow', 'model']`. */
  by?: readonly UsageKey[]
  /** Gives it up. */
  signal?: AbortSignal
}

/** What the agents of some runs cost. */
export interface UsageOfRuns extends UsageSum {
  /** How many runs have called an agent. */
  runs: number
}

/** A row: what it is of, and what that came to. `null` stands for a model or an agent that nobody names. */
export interface UsageRow extends UsageOfRuns {
  workflow?: string
  model?: string | null
  agent?: string | null
  /** As in `2026-01-31`. */
  day?: string
}

/** What agents cost, failed attempts and what was run again included. */
export interface UsageStats {
  totals: UsageOfRuns
  /**
   * In the order of what they are of. A call that several models answered counts in the row of each, and once in the totals; so does a
   * run that is in several rows.
   */
  rows: UsageRow[]
  /** How many runs are left out because their logs can't be read. */
  unreadable: number
  /** Which those are, and why: the first hundred. */
  faults: { runId: string; reason: string }[]
}

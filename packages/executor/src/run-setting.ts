import type { Graph, Template, VariableName, WorkflowDefinition } from '@ion/core'
import type { WorkflowRun } from '@ion/store'
import type { ArtifactLedger } from './artifacts/artifact-ledger.ts'
import type { LogBook } from './log-book.ts'
import type { RunOptions } from './options.ts'
import type { RunFolder } from './run-folder.ts'
import type { ScriptPlans } from './script/plan-scripts.ts'
import type { Masker } from './secrets/masker.ts'

/** What stays the same while a run is executed. */
export interface RunSetting {
  run: WorkflowRun
  workflow: WorkflowDefinition
  graph: Graph
  /** Texts of command files by name, parsed. */
  commands: ReadonlyMap<string, Template>
  /** What runs the script nodes. */
  scripts: ScriptPlans
  /** Where nodes run. */
  cwd: string
  /** Values of the variables that don't depend on the node. */
  variables: { readonly [Name in VariableName]?: string }
  /** How many bodies may run at once. */
  maxParallel: number
  folder: RunFolder
  /** Which of the files in the folder are recorded. */
  artifacts: ArtifactLedger
  /** Takes what is noted of the run. */
  logBook: LogBook
  /** Hides what is secret; `null` when nothing is. */
  masker: Masker | null
  /** The host's environment, taken once. */
  environment: { readonly [name: string]: string }
  options: RunOptions
}

import type { ParseResult } from '../parse-workflow.ts'
import type { LookupScope } from './ion-folders.ts'

/** A workflow file that was found, valid or not. */
export interface DiscoveredWorkflow {
  /** The workflow's name; of a file that can't be parsed the name of the file. */
  name: string
  path: string
  kind: WorkflowKind
  scope: LookupScope
  /** The one of the folders looked in that it was found in. */
  folder: string
  text: string
  parsed: ParseResult
  /** The file of the same name in an earlier folder, which is taken instead of this one; `null` when there is none. */
  shadowedBy: string | null
}

/** What a workflow is written in. */
export type WorkflowKind = 'yaml' | 'sop'

/** What is wrong with the folders rather than with one file's content. */
export interface DiscoveryProblem {
  code: 'unreadable' | 'duplicate_name'
  message: string
  paths: string[]
}

/** What `discoverWorkflows` found. */
export interface Discovery {
  /**
   * By folder, and in each by path: SOPs in folders that were named, the project's workflows and SOPs, the user's workflows
   * and SOPs.
   */
  workflows: DiscoveredWorkflow[]
  problems: DiscoveryProblem[]
}

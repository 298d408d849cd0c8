import type { ParseResult } from '../parse-workflow.ts'

/** SOPs that are found by name as workflows are. */
export interface SopLookup {
  /**
   * Makes a workflow of a SOP's text: `sopWorkflow` of `@ion/sop-transpiler`, or what loads that when it is first called. It is
   * called for every SOP that is found.
   */
  read: (text: string, options: { path: string }) => ParseResult | Promise<ParseResult>
  /** Absolute folders that are looked in before all others. Default: none. */
  paths?: readonly string[]
}

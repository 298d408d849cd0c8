import type { Diagnostic, LookupOptions, WorkflowDefinition } from '@ion/core'
import { type ScriptFault, scriptFaults } from '@ion/executor'

/** What belongs to where the workflow is run is a warning. */
const kinds: { readonly [Code in ScriptFault['code']]: Pick<Diagnostic, 'code' | 'severity'> } = {
  missing_script: { code: 'ION3004', severity: 'warning' },
  invalid_script: { code: 'ION3005', severity: 'error' },
  missing_runtime: { code: 'ION3006', severity: 'warning' },
}

/** Checks the scripts of a workflow's nodes: whether their files are there and fit, and whether this machine can run them. */
export async function checkScripts(
  workflow: WorkflowDefinition,
  lookup: LookupOptions,
): Promise<Diagnostic[]> {
  const faults = await scriptFaults(workflow, lookup)
  return faults.map(({ code, message, position }) => ({
    ...kinds[code],
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    path: workflow.source.path,
    range: { start: position, end: { ...position, column: position.column + 1 } },
  }))
}

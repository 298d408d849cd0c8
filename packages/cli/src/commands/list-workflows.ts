import { type DiscoveredWorkflow, discoverWorkflows } from '@ion/core'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { oneLine } from '../output/one-line.ts'
import { alignColumns } from '../output/table.ts'
import { displayPath } from '../project.ts'
import { workflowLookup } from '../sop-lookup.ts'
import type { SopFlags } from '../sop-option.ts'

/** Shows what can be run by name, and says what is wrong with the rest. */
export async function listWorkflows({ terminal, options, config }: Cli, flags: SopFlags): Promise<number> {
  const { workflows, problems } = await discoverWorkflows(
    workflowLookup(process.cwd(), await config(), flags),
  )
  if (options.json) {
    terminal.printJson({ schema: 'ion/workflow-list@1', workflows: workflows.map(workflowAsData), problems })
    return exitCodes.completed
  }
  const rows = workflows.map((found) => [found.name, found.kind, displayPath(found.path), remark(found)])
  if (rows.length > 0) {
    for (const line of alignColumns([['WORKFLOW', 'KIND', 'FILE', ''], ...rows])) terminal.print(line)
  }
  for (const { message } of problems) terminal.say(`warning: ${message}`)
  if (rows.length === 0) terminal.note('no workflows here; ion init makes a first one')
  return exitCodes.completed
}

function remark({ parsed, shadowedBy }: DiscoveredWorkflow): string {
  if (shadowedBy !== null) return `(hidden by ${displayPath(shadowedBy)})`
  if (parsed.ok) return oneLine(parsed.workflow.description ?? '')
  const errors = parsed.diagnostics.filter(({ severity }) => severity === 'error').length
  return `(${errors === 1 ? 'an error' : `${errors} errors`}; see ion validate)`
}

function workflowAsData({ name, path, kind, scope, parsed, shadowedBy }: DiscoveredWorkflow) {
  const { diagnostics } = parsed
  const description = parsed.ok ? parsed.workflow.description : null
  return { name, path, kind, scope, description, valid: parsed.ok, shadowedBy, diagnostics }
}

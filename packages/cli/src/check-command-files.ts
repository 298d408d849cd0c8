import {
  type Diagnostic,
  findCommand,
  type LookupOptions,
  type NodeDefinition,
  parseCommandFile,
  type WorkflowDefinition,
} from '@ion/core'

/**
 * Checks the command files that a workflow's nodes name. One that is missing is a warning: it belongs to where the workflow is
 * run. One that is there is checked as the workflow itself is.
 */
export async function checkCommandFiles(
  workflow: WorkflowDefinition,
  lookup: LookupOptions,
): Promise<Diagnostic[]> {
  const found = await Promise.all(workflow.nodes.map(async (node) => await checkNode(node, workflow, lookup)))
  return found.flat()
}

async function checkNode(
  node: NodeDefinition,
  workflow: WorkflowDefinition,
  lookup: LookupOptions,
): Promise<Diagnostic[]> {
  const name = commandOf(node)
  if (name === null) return []
  try {
    const { path, text } = await findCommand(name, lookup)
    return parseCommandFile(text, { name, workflow, path }).diagnostics
  } catch (error) {
    const message = `Node \`${node.id}\`: ${error instanceof Error ? error.message : String(error)}`
    const { position } = node
    const range = { start: position, end: { ...position, column: position.column + 1 } }
    return [{ code: 'ION3001', severity: 'warning', message, path: workflow.source.path, range }]
  }
}

function commandOf(node: NodeDefinition): string | null {
  if (node.type === 'command') return node.command
  return node.type === 'loop' && node.body.kind === 'command' ? node.body.command : null
}

import type { DependencyGraph } from './checks/dependencies.ts'
import { checkReferences } from './checks/references.ts'
import type { NodeDefinition, WorkflowDefinition } from './definition.ts'
import type { Diagnostic } from './diagnostic.ts'
import { referenceSite } from './reference-site.ts'
import { Report } from './report.ts'
import { parseTemplate, templateReferences } from './template/parse-template.ts'
import type { Template } from './template/template.ts'
import { sourceText } from './yaml/source-text.ts'

/** Where a command's text belongs. */
export interface CommandFileOptions {
  /** The name that nodes call it by. */
  name: string
  /** The workflow whose nodes use it. */
  workflow: WorkflowDefinition
  /** The file, for diagnostics. */
  path: string | null
}

/**
 * Parses the text of a command file and checks its references for every node of a workflow that uses it, as those in the
 * workflow itself are checked.
 *
 * @returns the template, and everything wrong or doubtful; with an error among it the workflow must not run.
 * @example
 * const { template, diagnostics } = parseCommandFile(text, { name: 'review', workflow, path: 'commands/review.md' })
 */
export function parseCommandFile(
  text: string,
  { name, workflow, path }: CommandFileOptions,
): { template: Template; diagnostics: Diagnostic[] } {
  const source = sourceText(text)
  const report = new Report(source, path)
  const graph = dependencyGraph(workflow)
  const inputs = new Set(workflow.inputs.keys())
  const { template, problems } = parseTemplate(source.text, {
    nodeIds: new Set(graph.indexes.keys()),
    inputs,
  })
  for (const { start, end, severity, ...problem } of problems) {
    if (severity === 'error') report.error({ ...problem, span: { start, end } })
    else report.warning({ ...problem, span: { start, end } })
  }
  const sites = workflow.nodes.flatMap((node) => {
    const field = fieldOf(node, name)
    if (field === null) return []
    const place = { nodeId: node.id, field, spanOf: (span: { start: number; end: number }) => span }
    return templateReferences(template).map((reference) => referenceSite(place, reference))
  })
  checkReferences(sites, graph, report)
  return { template, diagnostics: report.diagnostics() }
}

/** The field in which a node names a command; `null` when it names another or none. */
function fieldOf(node: NodeDefinition, command: string): string | null {
  if (node.type === 'command' && node.command === command) return 'command'
  const isBody = node.type === 'loop' && node.body.kind === 'command' && node.body.command === command
  return isBody ? 'loop.command' : null
}

function dependencyGraph({ nodes }: WorkflowDefinition): DependencyGraph {
  const indexes = new Map(nodes.map(({ id }, index) => [id, index]))
  const edges = nodes.map(({ dependsOn }) =>
    dependsOn.flatMap((id) => {
      const to = indexes.get(id)
      return to === undefined ? [] : [{ to, span: { start: 0, end: 0 } }]
    }),
  )
  return { indexes, edges }
}

import type { DependencyGraph } from './checks/dependencies.ts'
import { checkReferences } from './checks/references.ts'
import type { NodeDefinition, WorkflowDefinition } from './definition.ts'
import type { Diagnostic } from './diagnostic.ts'
import { readFrontmatter } from './frontmatter.ts'
import { referenceSite } from './reference-site.ts'
import { Report } from './report.ts'
import type { CommandFrontmatter } from './schema/frontmatter.ts'
import { parseTemplate, templateReferences } from './template/parse-template.ts'
import type { Template } from './template/template.ts'
import { type Span, sourceText } from './yaml/source-text.ts'

/** Where a command's text belongs. */
export interface CommandFileOptions {
  /** The name that nodes call it by. */
  name: string
  /** The workflow whose nodes use it. */
  workflow: WorkflowDefinition
  /** The file, for diagnostics. */
  path: string | null
}

/** A command file, read. */
export interface ParsedCommandFile {
  /** The text behind the frontmatter. */
  template: Template
  /** What the command is for; `null` when it doesn't say. */
  description: string | null
  /** What it takes, in words for people: one entry an argument, or one hint for all. */
  arguments: string[]
  diagnostics: Diagnostic[]
}

/**
 * Parses the text of a command file and checks its references for every node of a workflow that uses it, as those in the
 * workflow itself are checked. The file may begin with frontmatter (`description`, `arguments`), which is no part of the
 * text.
 *
 * @returns the template, and everything wrong or doubtful; with an error among it the workflow must not run.
 * @example
 * const { template, diagnostics } = parseCommandFile(text, { name: 'review', workflow, path: 'commands/review.md' })
 */
export function parseCommandFile(
  text: string,
  { name, workflow, path }: CommandFileOptions,
): ParsedCommandFile {
  const source = sourceText(text)
  const report = new Report(source, path)
  const { facts, bodyStart } = readFrontmatter(source, report)
  const body = source.text.slice(bodyStart).replace(/^\n+/, bodyStart === 0 ? '$&' : '')
  const shift = source.text.length - body.length
  if (bodyStart > 0 && body.trim() === '' && !report.hasErrors) {
    const message = 'Nothing stands behind the frontmatter.'
    report.error({ code: 'ION3003', span: { start: bodyStart, end: bodyStart }, message })
  }
  const graph = dependencyGraph(workflow)
  const inputs = new Set([...workflow.inputs.keys(), ...givenByAll(workflow, name)])
  const { template, problems } = parseTemplate(body, {
    nodeIds: new Set(graph.indexes.keys()),
    inputs,
  })
  const inFile = ({ start, end }: Span): Span => ({ start: start + shift, end: end + shift })
  for (const { start, end, severity, ...problem } of problems) {
    if (severity === 'error') report.error({ ...problem, span: inFile({ start, end }) })
    else report.warning({ ...problem, span: inFile({ start, end }) })
  }
  const sites = workflow.nodes.flatMap((node) => {
    const field = fieldOf(node, name)
    if (field === null) return []
    const place = { nodeId: node.id, field, spanOf: inFile }
    return templateReferences(template).map((reference) => referenceSite(place, reference))
  })
  checkReferences(sites, graph, report)
  return {
    template,
    description: facts.description ?? null,
    arguments: argumentsOf(facts),
    diagnostics: report.diagnostics(),
  }
}

function argumentsOf(facts: CommandFrontmatter): string[] {
  const given = facts.arguments ?? facts['argument-hint'] ?? []
  return typeof given === 'string' ? [given] : given
}

/** What `with` gives to the command in every node that uses it: in such a text it is as good as an input. */
function givenByAll(workflow: WorkflowDefinition, command: string): string[] {
  const users = workflow.nodes.filter((node) => fieldOf(node, command) !== null)
  const [first, ...others] = users.map((node) => (node.type === 'command' ? [...node.with.keys()] : []))
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)))
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

import type { NodeDefinition } from '../definition.ts'
import { closestName } from '../template/closest-name.ts'
import type { NodeOutline } from '../yaml/node-outline.ts'
import type { FieldContext } from '../yaml/read-fields.ts'
import { entryOf, type SourceMap, valueSpan } from '../yaml/source-tree.ts'
import type { DependencyGraph } from './dependencies.ts'
import { upstreamOf } from './references.ts'

const conversing: ReadonlySet<NodeDefinition['type']> = new Set(['prompt', 'command', 'loop'])

/** Where nodes are looked up. */
export interface ResumeChecking extends FieldContext {
  outlines: NodeOutline[]
  /** By the same index as the outlines; `null` for what could not be read. */
  nodes: (NodeDefinition | null)[]
  graph: DependencyGraph
}

/** Checks that `context: {resume: x}` names a node that asks the same agent and has run before. */
export function checkResumedNodes(checking: ResumeChecking): void {
  const { nodes, outlines, report, source } = checking
  const upstream = upstreamOf(checking.graph)
  for (const [index, node] of nodes.entries()) {
    const outline = outlines[index]
    if (!outline || !node || !('context' in node) || typeof node.context === 'string') continue
    const problem = problemOf(node, node.context.resume, { ...checking, before: upstream(index) })
    if (problem) report.error({ code: 'ION1406', ...problem, span: spanOf(outline.map, source.text) })
  }
}

function problemOf(
  reader: Extract<NodeDefinition, { context: unknown }>,
  id: string,
  { nodes, graph, before }: ResumeChecking & { before: ReadonlySet<number> },
): { message: string; hint?: string | undefined } | null {
  const index = graph.indexes.get(id)
  if (index === undefined) {
    const near = closestName(id, graph.indexes.keys())
    const message = `There is no node \`${id}\` whose conversation could be gone on with.`
    return { message, hint: near && `Did you mean \`${near}\`?` }
  }
  const target = nodes[index]
  if (target && !conversing.has(target.type)) {
    return { message: `\`${id}\` is a \`${target.type}\` node, which has no conversation to go on with.` }
  }
  if (!before.has(index)) {
    const message = `Node \`${reader.id}\` goes on with the conversation of \`${id}\` and does not wait for it.`
    return { message, hint: `Add \`${id}\` to \`depends_on\` of \`${reader.id}\`.` }
  }
  const others = target && 'agent' in target ? target.agent.provider : undefined
  if (JSON.stringify(others) === JSON.stringify(reader.agent.provider)) return null
  const message = `\`${id}\` asks another agent: its conversation can't be gone on with here.`
  return { message, hint: 'Give both nodes the same `provider`.' }
}

function spanOf(map: SourceMap, text: string) {
  const entry = entryOf(map, 'context')
  const inner = entry?.value.kind === 'map' ? entryOf(entry.value, 'resume') : undefined
  const place = inner ?? entry
  return place ? valueSpan(place, text) : { start: map.start, end: map.start + 1 }
}

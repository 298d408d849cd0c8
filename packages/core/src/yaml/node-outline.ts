import { checkKeys } from '../checks/keys.ts'
import { unsupportedNodeTypes } from '../schema/archon/archon-keys.ts'
import { nodeBaseSchema, nodeTypeSchema } from '../schema/node.ts'
import type { FieldContext } from './read-fields.ts'
import type { Span } from './source-text.ts'
import { describe, entryOf, type SourceList, type SourceMap, type SourceNode } from './source-tree.ts'

/** What must be known of all nodes before any of them can be read: who they are and what they depend on. */
export interface NodeOutline {
  /** The node's keys, checked; `depends_on` is a list. */
  map: SourceMap
  /** `null` when it is missing or no text. */
  id: string | null
  /** The id, or where the node begins. */
  idSpan: Span
  dependsOn: Dependency[]
}

/** A node named under `depends_on`. */
export interface Dependency {
  id: string
  span: Span
}

/** Reads the outlines of the nodes; what is no mapping is reported and left out. */
export function readOutlines(nodes: SourceList, context: FieldContext): NodeOutline[] {
  return nodes.items.flatMap((node) => {
    if (node.kind === 'map') return [readOutline(node, context)]
    const message = `A node is a mapping with an \`id\`; this is ${describe(node)}.`
    context.report.error({ code: 'ION1111', span: { start: node.start, end: node.end }, message })
    return []
  })
}

function readOutline(node: SourceMap, { report }: FieldContext): NodeOutline {
  const map = withDependencyList(checkKeys(knownPart(node), 'node', report))
  const id = entryOf(map, 'id')
  const idText = id?.value.kind === 'scalar' && typeof id.value.value === 'string' ? id.value : null
  return {
    map,
    id: idText === null ? null : String(idText.value),
    idSpan: idText ?? id?.keySpan ?? { start: node.start, end: node.start + 1 },
    dependsOn: dependencies(entryOf(map, 'depends_on')?.value),
  }
}

/** Of a node whose type isn't supported only what all nodes have can be judged. */
function knownPart(node: SourceMap): SourceMap {
  if (!node.entries.some(({ key }) => unsupportedNodeTypes.includes(key))) return node
  const known = [
    ...Object.keys(nodeBaseSchema.shape),
    ...Object.keys(nodeTypeSchema.shape),
    ...unsupportedNodeTypes,
  ]
  return { ...node, entries: node.entries.filter(({ key }) => known.includes(key)) }
}

/** `depends_on: a` is `depends_on: [a]`. */
function withDependencyList(map: SourceMap): SourceMap {
  const entries = map.entries.map((entry) => {
    const { key, value } = entry
    if (key !== 'depends_on' || value.kind !== 'scalar' || typeof value.value !== 'string') return entry
    const { start, end } = value
    return { ...entry, value: { kind: 'list' as const, items: [value], start, end } }
  })
  return { ...map, entries }
}

function dependencies(value: SourceNode | undefined): Dependency[] {
  if (value?.kind !== 'list') return []
  return value.items.flatMap((item) => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') return []
    return [{ id: item.value, span: { start: item.start, end: item.end } }]
  })
}

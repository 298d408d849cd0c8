import type { Position } from './diagnostic.ts'
import { Report } from './report.ts'
import type { ArchonLevel } from './schema/archon/archon-key.ts'
import { type ArchonKey, archonKey } from './schema/archon/archon-keys.ts'
import { parseDocument } from './yaml/parse-document.ts'
import { type SourceText, sourceText } from './yaml/source-text.ts'
import type { SourceEntry, SourceNode } from './yaml/source-tree.ts'

/** A key of Archon that a workflow uses, and what becomes of it. */
export interface UsedArchonKey extends ArchonKey {
  /** Where it stands, in order. */
  positions: Position[]
}

/**
 * Finds the keys of Archon in a workflow's text, in order of their first places; those that only Ion has, and those that nobody
 * knows, are left out. Never throws; of a text that is no YAML mapping there are none.
 *
 * @example
 * for (const { key, standing, note } of findArchonKeys(text)) console.log(key, standing, note)
 */
export function findArchonKeys(text: string): UsedArchonKey[] {
  const source = sourceText(text)
  const root = parseDocument(source, new Report(source, null))
  const found = new Map<string, UsedArchonKey>()
  if (root !== null) visit(root, 'workflow', { source, found, above: new Set() })
  return [...found.values()]
}

interface Search {
  source: SourceText
  found: Map<string, UsedArchonKey>
  /** What encloses the place: an alias may lead back into it. */
  above: ReadonlySet<SourceNode>
}

/** What the value of a key holds: a mapping of a level, a list of such, or a mapping of names to such. */
const contents: { readonly [key: string]: { level: ArchonLevel; holds: 'one' | 'list' | 'names' } } = {
  'workflow.nodes': { level: 'node', holds: 'list' },
  'workflow.inputs': { level: 'input', holds: 'names' },
  'workflow.evidence_policy': { level: 'evidence_policy', holds: 'one' },
  'workflow.worktree': { level: 'worktree', holds: 'one' },
  'workflow.container': { level: 'container', holds: 'one' },
  'node.retry': { level: 'retry', holds: 'one' },
  'node.context': { level: 'context', holds: 'one' },
  'node.with': { level: 'with', holds: 'names' },
  'node.loop': { level: 'loop', holds: 'one' },
  'node.loop_group': { level: 'loop_group', holds: 'one' },
  'node.approval': { level: 'approval', holds: 'one' },
  'node.fan_out': { level: 'fan_out', holds: 'one' },
  'approval.on_reject': { level: 'on_reject', holds: 'one' },
  'approval.decisions': { level: 'decisions', holds: 'list' },
  'loop_group.nodes': { level: 'node', holds: 'list' },
}

function visit(node: SourceNode, level: ArchonLevel, search: Search): void {
  if (node.kind !== 'map' || search.above.has(node)) return
  const above = new Set([...search.above, node])
  for (const entry of node.entries) visitEntry(entry, level, { ...search, above })
}

function visitEntry({ key, keySpan, value }: SourceEntry, level: ArchonLevel, search: Search): void {
  const answer = archonKey(level, key)
  if (answer === undefined) return
  const { source, found } = search
  const place = `${level}.${key}`
  const position = source.position(keySpan.start)
  const used = found.get(place)
  if (used === undefined) found.set(place, { level, key, ...answer, positions: [position] })
  else used.positions.push(position)
  const content = Object.hasOwn(contents, place) ? contents[place] : undefined
  if (content === undefined) return
  for (const part of partsOf(value, content.holds)) visit(part, content.level, search)
}

function partsOf(value: SourceNode, holds: 'one' | 'list' | 'names'): SourceNode[] {
  if (holds === 'one') return [value]
  if (holds === 'list') return value.kind === 'list' ? value.items : []
  return value.kind === 'map' ? value.entries.map((entry) => entry.value) : []
}

import type { Paragraph, RootContent } from 'mdast'
import type { SopStatement } from '../model.ts'
import { labelOf } from './label.ts'
import { type SopSource, sliceOf } from './sop-source.ts'
import { spanOf } from './span-of.ts'

/** What a part of a document says, piece by piece: its paragraphs, also those in lists, each with the label above it. */
export function statementsOf(sop: SopSource, nodes: readonly RootContent[]): SopStatement[] {
  const found: SopStatement[] = []
  let label: string | null = null
  for (const node of nodes) {
    const own = labelOf(node)
    if (own !== null) label = own
    if (node.type === 'heading') label = null
    // A label says something itself too: a sentence in bold looks like one.
    const above = own === null ? label : null
    for (const paragraph of paragraphsIn(node))
      found.push({ ...sliceOf(sop, spanOf(paragraph)), label: above })
  }
  return found
}

function paragraphsIn(node: RootContent): Paragraph[] {
  if (node.type === 'paragraph') return [node]
  return node.type === 'list' || node.type === 'listItem' ? node.children.flatMap(paragraphsIn) : []
}

/** Those that are no constraint by themselves. */
export function without(
  statements: readonly SopStatement[],
  taken: readonly { range: SopStatement['range'] }[],
): SopStatement[] {
  const places = new Set(taken.map(({ range: { start } }) => `${start.line}:${start.column}`))
  return statements.filter(({ range: { start } }) => !places.has(`${start.line}:${start.column}`))
}

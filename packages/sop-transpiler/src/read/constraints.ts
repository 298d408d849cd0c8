import type { List, ListItem, Paragraph, RootContent } from 'mdast'
import type { ConstraintLevel, SopConstraint } from '../model.ts'
import { keywordsIn, proseOf, reasonAt } from './keyword.ts'
import { labelOf } from './label.ts'
import { type SopSource, sliceOf } from './sop-source.ts'
import { spanOf } from './span-of.ts'

/**
 * What the agent has to keep to, of a part of a document: every item of a list below a label that speaks of constraints,
 * and every other item with a keyword. A list that is interrupted by code goes on behind it.
 *
 * @param above - The label above the first of the nodes.
 */
export function constraintsOf(
  sop: SopSource,
  nodes: readonly RootContent[],
  above: string | null = null,
): SopConstraint[] {
  const found: SopConstraint[] = []
  let label = above
  for (const node of nodes) {
    const own = labelOf(node)
    if (own !== null) label = own
    else if (node.type === 'heading') label = null
    else if (node.type === 'list') readList(node, { sop, label, depth: 0, found })
  }
  return found
}

interface Reading {
  sop: SopSource
  label: string | null
  depth: number
  found: SopConstraint[]
}

function readList(list: List, reading: Reading): void {
  const inherited = reading.label === null ? null : (keywordsIn(reading.label)[0]?.level ?? null)
  const isOfConstraints =
    reading.label !== null && /constraint|requirement|rule|\bmust\b/i.test(reading.label)
  for (const item of list.children) {
    const constraint = readItem(item, reading, inherited)
    const counts = reading.depth === 0 ? isOfConstraints || inherited !== null : false
    if (constraint && (counts || constraint.keyword !== null)) reading.found.push(constraint)
    for (const child of item.children) {
      if (child.type === 'list') readList(child, { ...reading, depth: reading.depth + 1 })
    }
  }
}

function readItem(
  item: ListItem,
  { sop, label }: Reading,
  inherited: ConstraintLevel | null,
): SopConstraint | null {
  const paragraph = item.children.find((child): child is Paragraph => child.type === 'paragraph')
  if (paragraph === undefined) return null
  const prose = proseOf(paragraph, sop.source.text)
  const keyword = keywordsIn(prose)[0]
  const reason = reasonAt(prose)
  const { start } = spanOf(paragraph)
  const text = sop.source.text.slice(start, spanOf(paragraph).end)
  return {
    ...sliceOf(sop, { start, end: spanOf(item).end }),
    level: keyword?.level ?? inherited,
    keyword: keyword?.text ?? null,
    reason: reason === -1 ? null : oneLine(text.slice(reason)),
    condition: conditionIn(text.slice(0, keyword?.at ?? 0)),
    label,
  }
}

/** `If x is true, you` says when: `If x is true`. */
function conditionIn(lead: string): string | null {
  const match = /^(?:\*\*|_)?((?:if|when|for|unless|while)\b[^,:]*)[,:]/i.exec(lead)
  return match?.[1] === undefined ? null : oneLine(match[1])
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

import type { List, ListItem, RootContent, Table } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import type { SopStep } from '../model.ts'
import { constraintsOf } from './constraints.ts'
import { noSettings } from './settings.ts'
import { rangeOf, type SopSource, sliceOf } from './sop-source.ts'
import { spanOf } from './span-of.ts'
import { statementsOf, without } from './statements.ts'

/** Steps that have no headings: the items of ordered lists, or the rows of a table. */
export function listedSteps(
  nodes: RootContent[],
  sop: SopSource,
): { steps: SopStep[]; intro: RootContent[] } {
  const lists = nodes.filter((node): node is List => node.type === 'list' && node.ordered === true)
  if (lists.length > 0) {
    const first = nodes.indexOf(lists[0] ?? nodes[0] ?? { type: 'thematicBreak' })
    return { steps: lists.flatMap((list) => itemSteps(list, sop)), intro: nodes.slice(0, first) }
  }
  const table = nodes.find((node) => node.type === 'table')
  const steps = table === undefined ? [] : rowSteps(table, sop)
  return {
    steps,
    intro: steps.length === 0 || table === undefined ? nodes : nodes.slice(0, nodes.indexOf(table)),
  }
}

function itemSteps(list: List, sop: SopSource): SopStep[] {
  return list.children.map((item, index) => {
    const number = String((list.start ?? 1) + index)
    const title = titleOf(item)
    const slice = sliceOf(sop, spanOf(item))
    const [first] = item.children
    const constraints = constraintsOf(sop, item.children)
    return {
      heading: title,
      title,
      number,
      depth: null,
      ...slice,
      body: slice.text,
      substeps: [],
      constraints,
      statements: without(statementsOf(sop, item.children), constraints),
      references: [],
      settings: noSettings,
      headingRange: rangeOf(sop, first === undefined ? spanOf(item) : spanOf(first)),
    }
  })
}

/** The bold words at the beginning, else the first line. */
function titleOf({ children: [first] }: ListItem): string {
  if (first === undefined) return ''
  const lead = first.type === 'paragraph' ? first.children[0] : undefined
  const text = lead?.type === 'strong' ? plainText(lead) : (plainText(first).split('\n')[0] ?? '')
  return text.replace(/\s*:?\s*$/, '').trim()
}

function rowSteps(table: Table, sop: SopSource): SopStep[] {
  const [head, ...rows] = table.children
  const titles = head?.children.map((cell) => plainText(cell).toLowerCase().trim()) ?? []
  const numberAt = titles.findIndex((title) => /^(#|no\.?|step|number)$/.test(title))
  const titleAt = titles.findIndex((title) =>
    /^(action|step|task|what|activity|procedure|description)\b/.test(title),
  )
  return rows.flatMap((row) => {
    const words = (index: number) => {
      const cell = row.children[index]
      return cell === undefined ? '' : plainText(cell).trim()
    }
    const number = /^\d+/.exec(words(numberAt))?.[0] ?? null
    const ownTitle = titleAt === numberAt ? words(titleAt + 1) : words(titleAt)
    const title = ownTitle || words(1) || words(0)
    if (row.children.every((cell) => plainText(cell).trim() === '')) return []
    const slice = sliceOf(sop, spanOf(row))
    const range = slice.range
    const none = { substeps: [], constraints: [], statements: [], references: [], settings: noSettings }
    const base = { ...none, depth: null, headingRange: range }
    return [{ ...base, heading: title, title, number, ...slice, body: slice.text }]
  })
}

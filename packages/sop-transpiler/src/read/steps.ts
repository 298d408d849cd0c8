import type { Heading, RootContent } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import type { SopStep } from '../model.ts'
import { constraintsOf } from './constraints.ts'
import { listedSteps } from './listed-steps.ts'
import type { Outline } from './outline.ts'
import { noSettings } from './settings.ts'
import { rangeOf, type SopSource, sliceOf } from './sop-source.ts'
import { spanOf } from './span-of.ts'
import { statementsOf, without } from './statements.ts'
import { stepExtent } from './step-extent.ts'
import { isPartOf, type StepHeading, stepHeading } from './step-heading.ts'

/** The steps, and what else their section holds. */
export interface StepSection {
  steps: SopStep[]
  /** What stands before the first step. */
  intro: RootContent[]
  /** How many sections of the outline the steps take up. */
  sections: number
}

/** A heading with what follows it. */
interface Part extends StepHeading {
  heading: Heading
  nodes: RootContent[]
  end: number
}

/**
 * Reads the steps of the section at `index`: its numbered headings of the next level, or all of them where none has a
 * number; without headings the items of an ordered list or the rows of a table.
 */
export function readSteps(outline: Outline, index: number, sop: SopSource): StepSection {
  const { nodes, end, sections, strays } = stepExtent(outline, index, sop)
  const depth = outline.depth + 1
  const headings = nodes.filter((node) => node.type === 'heading' && node.depth === depth)
  const isNumbered = headings.some((node) => stepHeading(plainText(node)).number !== null)
  const begins = (node: RootContent): node is Heading => {
    if (node.type !== 'heading' || node.depth !== depth || strays.has(node)) return false
    if (!isNumbered || stepHeading(plainText(node)).number !== null) return true
    warnOfUnnumbered(sop, node)
    return false
  }
  const { intro, parts } = split(nodes, { begins, end })
  if (parts.length === 0) return { ...listedSteps(nodes, sop), sections }
  return { steps: withChildren(parts).map((group) => stepOf(group, sop)), intro, sections }
}

function split(
  nodes: readonly RootContent[],
  { begins, end }: { begins: (node: RootContent) => node is Heading; end: number },
): { intro: RootContent[]; parts: Part[] } {
  const intro: RootContent[] = []
  const parts: Part[] = []
  for (const node of nodes) {
    const last = parts.at(-1)
    if (!begins(node)) (last?.nodes ?? intro).push(node)
    else {
      if (last) last.end = spanOf(node).start
      parts.push({ ...stepHeading(headingText(node)), heading: node, nodes: [], end })
    }
  }
  return { intro, parts }
}

/** A step with its sub-steps that have headings of the same level: `2.1` right below `2`, if `2` has no text of its own. */
function withChildren(parts: Part[]): Part[] {
  const steps: Part[] = []
  let isParent = false
  for (const part of parts) {
    const last = steps.at(-1)
    if (last && isPartOf(part.order, last.order) && (isParent || last.nodes.length === 0)) {
      last.nodes.push(part.heading, ...part.nodes)
      last.end = part.end
      isParent = true
    } else {
      steps.push({ ...part, nodes: [...part.nodes] })
      isParent = false
    }
  }
  return steps
}

function stepOf(part: Part, sop: SopSource): SopStep {
  const begins = (node: RootContent): node is Heading => {
    if (node.type !== 'heading' || part.order.length === 0) return false
    const { order } = stepHeading(plainText(node))
    return order.length === part.order.length + 1 && isPartOf(order, part.order)
  }
  const { intro, parts } = split(part.nodes, { begins, end: part.end })
  const bodyEnd = parts[0] === undefined ? part.end : spanOf(parts[0].heading).start
  const span = spanOf(part.heading)
  const constraints = constraintsOf(sop, intro)
  return {
    heading: headingText(part.heading),
    title: part.title,
    number: part.number,
    depth: part.heading.depth,
    ...sliceOf(sop, { start: span.start, end: part.end }),
    body: sliceOf(sop, { start: span.end, end: bodyEnd }).text,
    substeps: parts.map((child) => ({ ...stepOf({ ...child, order: [] }, sop), number: child.number })),
    constraints,
    statements: without(statementsOf(sop, intro), constraints),
    references: [],
    settings: noSettings,
    headingRange: rangeOf(sop, span),
  }
}

/** On one line, without comments. */
function headingText(heading: Heading): string {
  return plainText(heading, { includeHtml: false }).replace(/\s+/g, ' ').trim()
}

function warnOfUnnumbered(sop: SopSource, heading: Heading): void {
  sop.report.warning({
    code: 'ION4012',
    span: spanOf(heading),
    message: `\`${plainText(heading).trim()}\` has no number as the steps around it have, and is taken for a part of the one before.`,
    hint: 'Give it a number if it is a step, else a deeper heading.',
  })
}

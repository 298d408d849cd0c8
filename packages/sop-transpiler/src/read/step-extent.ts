import type { Heading, RootContent } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import type { Outline, OutlineSection } from './outline.ts'
import type { SopSource } from './sop-source.ts'
import { spanOf } from './span-of.ts'
import { type StepHeading, stepHeading } from './step-heading.ts'

/** How far the steps go. */
export interface StepExtent {
  nodes: RootContent[]
  end: number
  /** How many sections they take up. */
  sections: number
  /** Headings that begin no step although they have a number: those of documents that a broken fence has let out. */
  strays: ReadonlySet<Heading>
}

/** Sections that stand behind the steps: where one begins, no step follows. */
const closing =
  /^(examples?|troubleshooting|desired outcome|success criteria|best practices|artifacts|appendix|references|related|error recovery|version history|output format)\b/i

/**
 * The section of the steps; and what follows it up to a heading that goes on with the numbers. That is so where a fence
 * inside of a fence of the same length has closed both, and headings of an example have become sections.
 */
export function stepExtent(outline: Outline, index: number, sop: SopSource): StepExtent {
  const section = outline.sections[index]
  if (section === undefined) return { nodes: [], end: 0, sections: 0, strays: new Set() }
  const extent = { nodes: [...section.nodes], end: section.end, sections: 1 }
  const strays = new Set<Heading>()
  let last = numberedIn(section, outline.depth).at(-1)
  for (let at = index + 1; last !== undefined && at < outline.sections.length; at++) {
    const next = outline.sections[at]
    if (next === undefined || closing.test(next.title)) break
    const found = goingOn(numberedIn(next, outline.depth), last)
    const [first] = found
    if (first === undefined) continue
    const between = outline.sections.slice(index + extent.sections, at + 1)
    for (const one of between) {
      for (const node of one.nodes) if (node.type === 'heading') strays.add(node)
      extent.nodes.push(one.heading, ...one.nodes)
    }
    for (const { heading } of found) strays.delete(heading)
    warnOfFence(sop, first.heading, between[0])
    extent.end = next.end
    extent.sections = at - index + 1
    last = found.at(-1)
  }
  return { ...extent, strays }
}

interface NumberedHeading extends StepHeading {
  heading: Heading
}

/** The headings that go on with the numbers, one by one. */
function goingOn(headings: NumberedHeading[], before: NumberedHeading): NumberedHeading[] {
  const found: NumberedHeading[] = []
  let last = before
  for (const heading of headings) {
    if (heading.style !== last.style || heading.order[0] !== (last.order[0] ?? 0) + 1) continue
    found.push(heading)
    last = heading
  }
  return found
}

function numberedIn(section: OutlineSection, depth: number): NumberedHeading[] {
  return section.nodes.flatMap((node) => {
    if (node.type !== 'heading' || node.depth !== depth + 1) return []
    const read = stepHeading(plainText(node))
    return read.number === null ? [] : [{ heading: node, ...read }]
  })
}

function warnOfFence(sop: SopSource, heading: Heading, phantom: OutlineSection | undefined): void {
  const line = phantom === undefined ? '' : ` since line ${sop.source.position(phantom.start).line}`
  sop.report.warning({
    code: 'ION4013',
    span: spanOf(heading),
    message: `This step stands outside of the section of the steps${line}: a fence above has ended too early.`,
    hint: 'Put four back-ticks around an example that has fences of its own.',
  })
}

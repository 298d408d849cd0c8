import type { Heading, Root, RootContent } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import { spanOf } from './span-of.ts'

/** A heading with all that stands below it, up to the next of its level or above. */
export interface OutlineSection {
  /** As plain text, on one line. */
  title: string
  depth: number
  heading: Heading
  /** What stands below the heading, other headings included. */
  nodes: RootContent[]
  start: number
  /** Where the text below the heading begins. */
  bodyStart: number
  end: number
}

/** The sections of a document by its headings. */
export interface Outline {
  /** The text of the first heading of level 1. */
  title: Heading | null
  /** The level of the sections: 2, unless the SOP is nested in a larger document. */
  depth: number
  /** What stands before the first section, without frontmatter and title. */
  preamble: RootContent[]
  sections: OutlineSection[]
}

/** What sections are for, by their headings. */
export const sectionNames = {
  overview: ['overview', 'role', 'goal', 'objective', 'purpose', 'summary'],
  parameters: ['parameters', 'inputs', 'input parameters', 'arguments'],
  steps: ['steps', 'procedure', 'procedures', 'workflow', 'instructions'],
  examples: ['examples', 'example'],
  troubleshooting: ['troubleshooting'],
}

/** What a section is for. */
export type SectionPurpose = keyof typeof sectionNames

/** Whether a heading names a purpose, and whether by the format's own word, the first of the list. */
export function isCalled(title: string, purpose: SectionPurpose): boolean {
  return sectionNames[purpose].includes(headingKey(title))
}

/** A heading for comparison. */
export function headingKey(title: string): string {
  return title
    .toLowerCase()
    .replace(/[\s:]+/g, ' ')
    .trim()
}

/** Splits a document by its headings. Headings inside of lists, quotes and fences are none. */
export function outlineOf(root: Root, end: number): Outline {
  const title = root.children.find((node) => node.type === 'heading' && node.depth === 1)
  const depth = sectionDepth(root)
  const content = root.children.filter((node) => node.type !== 'yaml' && node !== title)
  const first = content.findIndex((node) => isBoundary(node, depth))
  return {
    title: title?.type === 'heading' ? title : null,
    depth,
    preamble: first === -1 ? content : content.slice(0, first),
    sections: sectionsOf(first === -1 ? [] : content.slice(first), { depth, end }),
  }
}

/** The sections of one level among nodes that begin with such a heading; those above it end them. */
export function sectionsOf(
  nodes: RootContent[],
  { depth, end }: { depth: number; end: number },
): OutlineSection[] {
  const sections: OutlineSection[] = []
  let open: OutlineSection | null = null
  for (const node of nodes) {
    if (!isBoundary(node, depth)) {
      open?.nodes.push(node)
      continue
    }
    const span = spanOf(node)
    if (open) open.end = span.start
    open = {
      title: plainText(node).replace(/\s+/g, ' ').trim(),
      depth: node.depth,
      heading: node,
      nodes: [],
      start: span.start,
      bodyStart: span.end,
      end,
    }
    sections.push(open)
  }
  return sections
}

function isBoundary(node: RootContent, depth: number): node is Heading {
  return node.type === 'heading' && node.depth <= depth
}

/** The level at which the steps stand: first where the format puts them, then deeper, then above. */
function sectionDepth(root: Root): number {
  const headings = root.children.filter((node) => node.type === 'heading')
  for (const depth of [2, 3, 4, 1]) {
    if (headings.some((heading) => heading.depth === depth && isCalled(plainText(heading), 'steps')))
      return depth
  }
  return 2
}

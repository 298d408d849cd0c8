import type { Range } from '@ion/core'
import type { Heading } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import { visit } from 'unist-util-visit'
import type { SopStep } from '../model.ts'
import { anchorOf } from '../read/references.ts'
import { rangeOf } from '../read/sop-source.ts'
import { spanOf } from '../read/span-of.ts'
import type { Finding, Rule } from './finding.ts'

/** Links, appendices, sections and steps that are spoken of and not there. */
export const referenceRules: Rule = (context) => {
  const headings = context.root.children
    .filter((node): node is Heading => node.type === 'heading')
    .map((node) => plainText(node))
  const anchors = anchorsOf(headings)
  const numbers = numbersOf(context.sop.steps)
  const found: Finding[] = []
  const add = (range: Range, what: string) =>
    found.push({
      code: 'ION4141',
      range,
      message: `${what} is not in this file.`,
      hint: 'Correct the name, or remove what refers to it.',
    })
  visit(context.root, (node) => {
    if (node.type === 'link' && /^#./.test(node.url) && !anchors.has(decoded(node.url.slice(1)))) {
      add(rangeOf(context.source, spanOf(node)), `The section \`${node.url}\``)
    }
    if (node.type !== 'text') return
    const { start, end } = spanOf(node)
    const text = context.source.source.text.slice(start, end)
    for (const { at, length, what } of missingIn(text, { headings, numbers })) {
      add(rangeOf(context.source, { start: start + at, end: start + at + length }), what)
    }
  })
  return found
}

/** The numbers of all steps; `undefined` if one has none. */
function numbersOf(steps: readonly SopStep[]): ReadonlySet<string | undefined> {
  return new Set(steps.flatMap((step) => [step, ...step.substeps]).map(({ number }) => number?.toLowerCase()))
}

function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>()
  const counts = new Map<string, number>()
  for (const heading of headings) {
    const anchor = anchorOf(heading)
    const count = counts.get(anchor) ?? 0
    counts.set(anchor, count + 1)
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`)
  }
  return anchors
}

function decoded(anchor: string): string {
  try {
    return decodeURIComponent(anchor).toLowerCase()
  } catch {
    return anchor.toLowerCase()
  }
}

const appendixPattern = /\bAppendix ([A-Z])\b/g
const stepPattern = /\b(?:to|with|in|from|see|until|before|after)\s+step\s+(\d{1,4}(?:\.\d{1,4})*[a-z]?)\b/gi
const sectionPattern =
  /\b(?:see|defined in|specified in|described in) the ([A-Z][\w&/-]*(?: [A-Z][\w&/-]*){0,6}) section\b/g

interface Missing {
  at: number
  length: number
  what: string
}

function missingIn(
  text: string,
  { headings, numbers }: { headings: readonly string[]; numbers: ReadonlySet<string | undefined> },
): Missing[] {
  const found: Missing[] = []
  const look = (pattern: RegExp, what: (name: string) => string | null) => {
    for (const match of text.matchAll(pattern)) {
      const missing = what(match[1] ?? '')
      if (missing !== null) found.push({ at: match.index, length: match[0].length, what: missing })
    }
  }
  look(appendixPattern, (letter) =>
    headings.some((heading) => heading.startsWith(`Appendix ${letter}`)) ? null : `Appendix ${letter}`,
  )
  if (numbers.size > 0 && !numbers.has(undefined)) {
    look(stepPattern, (number) => (numbers.has(number.toLowerCase()) ? null : `Step ${number}`))
  }
  look(sectionPattern, (name) =>
    headings.some((heading) => heading.toLowerCase().includes(name.toLowerCase()))
      ? null
      : `The section \`${name}\``,
  )
  return found
}

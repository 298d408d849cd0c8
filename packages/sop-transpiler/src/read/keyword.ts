import type { Nodes } from 'mdast'
import type { ConstraintLevel } from '../model.ts'
import { spanOf } from './span-of.ts'

const keywordPattern =
  /\b(?:(?:MUST|SHALL|SHOULD)\s+(?:NOT|NEVER)|MUST|SHALL|SHOULD|NOT\s+RECOMMENDED|RECOMMENDED|REQUIRED|MAY|OPTIONAL|NEVER|DO\s+NOT)\b/g

/** A keyword of RFC 2119, in capitals as it asks for, where it stands. */
export interface Keyword {
  level: ConstraintLevel
  /** On one line. */
  text: string
  /** In the text that was searched. */
  at: number
}

/** All keywords of a text. */
export function keywordsIn(text: string): Keyword[] {
  return Array.from(text.matchAll(keywordPattern), (match) => {
    const words = match[0].replace(/\s+/g, ' ')
    return { level: levelOf(words), text: words, at: match.index }
  })
}

function levelOf(words: string): ConstraintLevel {
  const isNegative = /NOT|NEVER/.test(words)
  if (/^(SHOULD|NOT RECOMMENDED|RECOMMENDED)/.test(words)) return isNegative ? 'should_not' : 'should'
  if (/^(MAY|OPTIONAL)/.test(words)) return 'may'
  return isNegative ? 'must_not' : 'must'
}

/** Whether a level forbids. */
export function isNegative(level: ConstraintLevel | null): boolean {
  return level === 'must_not' || level === 'should_not'
}

const reasonPattern =
  /\b(?:because|since|due to|so that|to (?:avoid|prevent|ensure|keep)|in order (?:to|not to)|as (?:this|it|the|that|they|these|there|such|doing))\b/i

/** Where the reason begins; -1 when none is given. */
export function reasonAt(text: string): number {
  return text.search(reasonPattern)
}

/** The text of a node as it is in the source, what stands in code spans, code and raw HTML blanked out. Offsets stay. */
export function proseOf(node: Nodes, source: string): string {
  const { start, end } = spanOf(node)
  const holes: { start: number; end: number }[] = []
  collectCode(node, holes)
  let prose = ''
  let done = start
  for (const hole of holes) {
    prose += source.slice(done, hole.start) + ' '.repeat(hole.end - hole.start)
    done = hole.end
  }
  return prose + source.slice(done, end)
}

function collectCode(node: Nodes, holes: { start: number; end: number }[]): void {
  if (node.type === 'inlineCode' || node.type === 'code' || node.type === 'html') holes.push(spanOf(node))
  else if ('children' in node) for (const child of node.children) collectCode(child, holes)
}

import type { Span } from '@ion/core'
import type { Root } from 'mdast'
import { visit } from 'unist-util-visit'
import type { SopSource } from './sop-source.ts'
import { spanOf } from './span-of.ts'

/** A comment `<!-- ion: … -->`. */
export interface IonComment {
  span: Span
  /** What stands behind `ion:`, and where. */
  text: string
  at: number
  isClosed: boolean
}

const pattern = /<!--\s*ion:([\s\S]*?)(-->|$)/g

/** All comments of a document that are for Ion. What stands in code is none. */
export function ionComments(root: Root, { source }: SopSource): IonComment[] {
  const found: IonComment[] = []
  visit(root, 'html', (node) => {
    const { start, end } = spanOf(node)
    for (const match of source.text.slice(start, end).matchAll(pattern)) {
      const [whole, text = '', closing] = match
      const from = start + match.index
      found.push({
        span: { start: from, end: from + whole.length },
        text,
        at: from + whole.indexOf(':') + 1,
        isClosed: closing !== '',
      })
    }
  })
  return found
}

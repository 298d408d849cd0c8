import type { Span } from '@ion/core'
import type { ListItem, Paragraph } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import { isAcquisitionLabel } from './label.ts'
import { closingBracket, type Qualifier, readQualifier } from './qualifier.ts'
import type { SopSource } from './sop-source.ts'
import { spanOf } from './span-of.ts'

/** An item of a list that declares a parameter, before its default and its values are read. */
export interface ParameterItem {
  name: string
  nameSpan: Span
  qualifier: Qualifier
  /** Where the text of the qualifier begins, for the place of the default. */
  qualifierStart: number
  description: string
  /** The item; without what belongs to the acquisition block. */
  span: Span
  item: ListItem
  /**
   * Where a label of the acquisition block begins inside of the item: without an empty line before it Markdown takes it for
   * a part of the item's text.
   */
  acquisitionAt: number | null
}

/** Reads `- **name** (required, default: "x"): description` in all the forms in use; `null` for any other item. */
export function readParameterItem(item: ListItem, { source }: SopSource): ParameterItem | null {
  const paragraph = item.children[0]
  if (paragraph?.type !== 'paragraph') return null
  const name = nameOf(paragraph)
  if (name === null) return null
  const acquisitionAt = labelInside(paragraph)
  const end = acquisitionAt ?? spanOf(paragraph).end
  const rest = source.text.slice(name.span.end, end)
  const opening = /^:?\s*\(/.exec(rest)?.[0].length
  const closing = opening === undefined ? null : closingBracket(rest, opening - 1)
  const inner = opening === undefined || closing === null ? '' : rest.slice(opening, closing - 1)
  const qualifier = readQualifier(inner)
  const behind = rest.slice(closing ?? 0)
  const isIntroduced = /^\s*(?:[:–—]|-\s)/.test(behind) || name.hasColon || behind.trim() === ''
  if (!isIntroduced && closing === null) return null
  if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name.text) && qualifier.required === null) return null
  return {
    name: name.text,
    nameSpan: name.span,
    qualifier,
    qualifierStart: name.span.end + (opening ?? 0),
    description: behind
      .replace(/^\s*(?:[:–—]|-\s)?\s*/, '')
      .replace(/\s+/g, ' ')
      .trim(),
    span: { start: spanOf(item).start, end: acquisitionAt ?? spanOf(item).end },
    item,
    acquisitionAt,
  }
}

interface Name {
  text: string
  span: Span
  hasColon: boolean
}

/** Bold, as code, or a plain word that brackets or a colon follow. */
function nameOf(paragraph: Paragraph): Name | null {
  const first = paragraph.children[0]
  if (first?.type === 'strong' || first?.type === 'inlineCode' || first?.type === 'emphasis') {
    const text = plainText(first).trim()
    return { text: text.replace(/\s*:$/, ''), span: spanOf(first), hasColon: text.endsWith(':') }
  }
  if (first?.type !== 'text') return null
  const word = /^[A-Za-z_][\w-]*(?=\s*(?:\(|:))/.exec(first.value)?.[0]
  if (word === undefined) return null
  const { start } = spanOf(first)
  return { text: word, span: { start, end: start + word.length }, hasColon: false }
}

function labelInside(paragraph: Paragraph): number | null {
  for (const [index, child] of paragraph.children.entries()) {
    if (index === 0 || child.type !== 'strong') continue
    const before = paragraph.children[index - 1]
    const beginsLine = before?.type === 'break' || (before?.type === 'text' && /\n[ \t]*$/.test(before.value))
    if (beginsLine && isAcquisitionLabel(plainText(child))) return spanOf(child).start
  }
  return null
}

import type { List, ListItem, Paragraph } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import type { SopValue } from '../model.ts'
import { rangeOf, type SopSource } from './sop-source.ts'
import { spanOf } from './span-of.ts'

/** What the list below a parameter says about it. */
export interface ParameterFields {
  values: SopValue[]
  /** By key in lower case (`default`, `type`, `description`): the text and where it stands. */
  fields: Map<string, { text: string; at: number }>
}

const keys = /^(default|values?|type|description|required|example|range)\s*:\s*/i

/** Reads the lists below a parameter: its values with what they mean, and fields such as `Default: 3`. */
export function readParameterFields(item: ListItem, sop: SopSource): ParameterFields {
  const found: ParameterFields = { values: [], fields: new Map() }
  for (const list of item.children.filter((child): child is List => child.type === 'list')) {
    for (const { children } of list.children) {
      const paragraph = children[0]
      if (paragraph?.type === 'paragraph') readField(paragraph, sop, found)
    }
  }
  return found
}

function readField(paragraph: Paragraph, sop: SopSource, { values, fields }: ParameterFields): void {
  const span = spanOf(paragraph)
  const text = sop.source.text.slice(span.start, span.end)
  const [lead = '', key = ''] = keys.exec(text.replaceAll('**', '  ')) ?? []
  if (key !== '') {
    const rest = text.slice(lead.length).trimEnd()
    fields.set(key.toLowerCase(), { text: rest, at: span.start + lead.length })
    if (/^values?$/i.test(key)) values.push(...alternatives(paragraph, sop))
    return
  }
  const value = valueAt(paragraph, text)
  if (value === null) return
  const description = text.slice(value.length).replace(/^\s*(?:[:–—]|-\s)\s*/, '')
  values.push({
    value: value.value,
    description: description.replace(/\s+/g, ' '),
    range: rangeOf(sop, span),
  })
}

/** A value in quotes, as code or in bold, if a colon, a dash, brackets or nothing follows it. */
function valueAt(paragraph: Paragraph, text: string): { value: string; length: number } | null {
  const [first] = paragraph.children
  const quoted = /^"([^"\n]{1,100})"(?=\s*(?:[:(–—]|-\s|$))/.exec(text)
  if (quoted?.[1] !== undefined) return { value: quoted[1], length: quoted[0].length }
  if (first?.type !== 'inlineCode' && first?.type !== 'strong') return null
  const length = spanOf(first).end - spanOf(paragraph).start
  const marked = plainText(first)
  const isValue = /^\s*(?:[:(–—]|-\s|$)/.test(text.slice(length)) || marked.endsWith(':')
  const value = marked.replace(/\s*:$/, '').replace(/^"(.*)"$/, '$1')
  return isValue && value !== '' && !/\s/.test(value) ? { value, length } : null
}

/** `` Values: `a` | `b` ``. */
function alternatives(paragraph: Paragraph, sop: SopSource): SopValue[] {
  return paragraph.children
    .filter((child) => child.type === 'inlineCode')
    .map((child) => ({ value: child.value, description: '', range: rangeOf(sop, spanOf(child)) }))
}

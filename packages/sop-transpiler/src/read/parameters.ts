import type { ListItem, RootContent, Table } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import type { SopAcquisition, SopDefault, SopParameter } from '../model.ts'
import { constraintsOf } from './constraints.ts'
import { classifyDefault } from './default-value.ts'
import { isAcquisitionLabel, labelOf } from './label.ts'
import type { OutlineSection } from './outline.ts'
import { readParameterFields } from './parameter-fields.ts'
import { type ParameterItem, readParameterItem } from './parameter-item.ts'
import { readQualifier } from './qualifier.ts'
import { rangeOf, type SopSource, sliceOf, trimmed } from './sop-source.ts'
import { spanOf } from './span-of.ts'

/** What the section of the parameters says. */
export interface ParameterSection {
  parameters: SopParameter[]
  acquisition: SopAcquisition | null
  /** Items of its lists that declare nothing. */
  others: number
}

/** A declaration whose default is not classified yet: for that all names have to be known. */
interface Declaration {
  parameter: SopParameter
  default: { text: string; at: number } | null
}

/**
 * Reads all lists and tables of the section up to the label of the acquisition block. Headings `Required` and `Optional`
 * hold for what is below them. The names of `known` may stand in defaults too.
 */
export function readParameters(
  section: OutlineSection,
  { sop, known }: { sop: SopSource; known: readonly string[] },
): ParameterSection {
  const declarations: Declaration[] = []
  const behind: RootContent[] = []
  let others = 0
  let heading: boolean | null = null
  let acquisitionAt: number | null = null
  for (const node of section.nodes) {
    const label = labelOf(node)
    if (acquisitionAt === null && label !== null && isAcquisitionLabel(label))
      acquisitionAt = spanOf(node).start
    if (acquisitionAt !== null) behind.push(node)
    else if (node.type === 'heading') heading = tagOf(plainText(node))
    else if (node.type === 'table') declarations.push(...tableRows(node, sop))
    else if (node.type === 'list') {
      for (const [index, item] of node.children.entries()) {
        const read = readParameterItem(item, sop)
        if (read) declarations.push(declarationOf(read, { sop, heading }))
        else others += 1
        if (read === null || read.acquisitionAt === null) continue
        acquisitionAt = read.acquisitionAt
        behind.push({ ...node, children: node.children.slice(index + 1) })
        warnOfLabel(sop, acquisitionAt)
        break
      }
    }
  }
  const names = new Set([...known, ...declarations.map(({ parameter }) => parameter.name)])
  return {
    parameters: declarations.map((declaration) => withDefault(declaration, { names, sop })),
    acquisition:
      acquisitionAt === null ? null : acquisitionOf(sop, { start: acquisitionAt, end: section.end, behind }),
    others,
  }
}

function tagOf(heading: string): boolean | null {
  if (/\brequired\b/i.test(heading)) return true
  return /\boptional\b/i.test(heading) ? false : null
}

function declarationOf(
  read: ParameterItem,
  { sop, heading }: { sop: SopSource; heading: boolean | null },
): Declaration {
  const { name, qualifier } = read
  const { values, fields } = readParameterFields(read.item, sop)
  const field = fields.get('default')
  const own = qualifier.default && {
    text: qualifier.default.text,
    at: read.qualifierStart + qualifier.default.at,
  }
  const preset = own ?? (field === undefined || /^none$|^`?null`?$/i.test(field.text) ? null : field)
  const tag = qualifier.required ?? heading ?? requiredField(fields.get('required')?.text)
  return {
    default: preset,
    parameter: {
      name,
      required: tag ?? preset === null,
      isTagged: tag !== null,
      note: qualifier.note,
      type: qualifier.type ?? fields.get('type')?.text ?? null,
      default: null,
      values,
      description: read.description || (fields.get('description')?.text ?? ''),
      nameRange: rangeOf(sop, read.nameSpan),
      range: rangeOf(sop, trimmed(sop, read.span)),
    },
  }
}

function requiredField(text: string | undefined): boolean | null {
  if (text === undefined) return null
  return /^(yes|true|required)\b/i.test(text)
}

function withDefault(
  { parameter, default: preset }: Declaration,
  { names, sop }: { names: ReadonlySet<string>; sop: SopSource },
): SopParameter {
  if (preset === null) return parameter
  const text = preset.text.trim()
  const range = rangeOf(sop, { start: preset.at, end: preset.at + preset.text.length })
  return { ...parameter, default: classify(text, names, range) }
}

/** Nothing at all is no default. */
function classify(text: string, names: ReadonlySet<string>, range: SopDefault['range']): SopDefault | null {
  return text === '' ? null : classifyDefault(text, { names, range })
}

/** A table with a column for the names, and columns that say whether they are required and what they are. */
function tableRows(table: Table, sop: SopSource): Declaration[] {
  const [head, ...rows] = table.children
  const titles = head?.children.map((cell) => plainText(cell).toLowerCase()) ?? []
  const column = (pattern: RegExp) => titles.findIndex((title) => pattern.test(title))
  const at = {
    name: column(/^(parameter|name|input|variable)/),
    required: column(/required|optional/),
    default: column(/default/),
    type: column(/type/),
    description: column(/description|meaning|purpose/),
  }
  if (at.name === -1) return []
  return rows.flatMap((row) => {
    const cell = (index: number) => (index === -1 ? undefined : row.children[index])
    const nameCell = cell(at.name)
    const name = nameCell === undefined ? '' : plainText(nameCell).trim()
    if (nameCell === undefined || !/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) return []
    const words = (index: number) => plainText(cell(index) ?? { type: 'text', value: '' }).trim()
    const tag = readQualifier(words(at.required))
    const presetCell = cell(at.default)
    const first = presetCell?.children[0]
    const last = presetCell?.children.at(-1)
    const preset =
      first && last && !/^[-–—]?$/.test(words(at.default))
        ? { text: sop.source.text.slice(spanOf(first).start, spanOf(last).end), at: spanOf(first).start }
        : tag.default && { text: tag.default.text, at: spanOf(row).start }
    const required = tag.required ?? yesOrNo(words(at.required))
    const parameter: SopParameter = {
      name,
      required: required ?? preset === null,
      isTagged: required !== null,
      note: tag.note,
      type: words(at.type) || null,
      default: null,
      values: [],
      description: words(at.description).replace(/\s+/g, ' '),
      nameRange: rangeOf(sop, spanOf(nameCell)),
      range: rangeOf(sop, spanOf(row)),
    }
    return [{ parameter, default: preset }]
  })
}

function yesOrNo(text: string): boolean | null {
  if (/^(yes|true|✓|✅|y)$/i.test(text)) return true
  return /^(no|false|n|-)$/i.test(text) ? false : null
}

function acquisitionOf(
  sop: SopSource,
  { start, end, behind }: { start: number; end: number; behind: RootContent[] },
): SopAcquisition {
  return { ...sliceOf(sop, { start, end }), constraints: constraintsOf(sop, behind, 'Constraints') }
}

function warnOfLabel(sop: SopSource, at: number): void {
  sop.report.warning({
    code: 'ION4021',
    span: { start: at, end: at + 2 },
    message:
      'The label of the rules for parameters has no empty line before it, so Markdown takes them for parameters.',
    hint: 'Put an empty line before it.',
  })
}

/** Whether every item of a section's lists declares a parameter: else `Inputs` tells of other things. */
export function declaresOnlyParameters(section: OutlineSection, sop: SopSource): boolean {
  const items = section.nodes.flatMap((node): ListItem[] => (node.type === 'list' ? node.children : []))
  return items.length > 0 && items.every((item) => readParameterItem(item, sop) !== null)
}

import type { WithValue } from '../definition.ts'
import { inputNameHint, inputVariable, isInputName } from '../input-name.ts'
import { scriptKeysSchema } from '../schema/node.ts'
import type { PlacedReference } from '../template/reference.ts'
import type { Template } from '../template/template.ts'
import type { TypedNode } from './node-reading.ts'
import { readFields } from './read-fields.ts'
import { describe, entryOf, type SourceEntry, type SourceMap, toJson, valueSpan } from './source-tree.ts'

/** Reads `with:` of a node: what it is given, by name. */
export function readWith(node: TypedNode): Map<string, WithValue> {
  readFields(node.map, scriptKeysSchema.pick({ with: true }), node)
  const entry = entryOf(node.map, 'with')
  const values = new Map<string, WithValue>()
  const variables = new Map<string, string>()
  for (const each of entry?.value.kind === 'map' ? entry.value.entries : []) {
    checkName(each, variables, node)
    const value = readValue(each, node)
    if (value !== null) values.set(each.key, value)
  }
  return values
}

function checkName(
  { key, keySpan: span }: SourceEntry,
  variables: Map<string, string>,
  { report }: TypedNode,
): void {
  if (!isInputName(key)) {
    const message = `\`${key}\` can't be a name under \`with\`.`
    report.error({ code: 'ION1301', span, message, hint: inputNameHint })
  }
  const variable = inputVariable(key)
  const other = variables.get(variable)
  if (other !== undefined) {
    const message = `\`with.${other}\` and \`with.${key}\` are both \`${variable}\` in the environment of processes.`
    report.error({ code: 'ION1304', span, message, hint: 'Call one of them something else.' })
  }
  variables.set(variable, key)
}

function readValue(entry: SourceEntry, node: TypedNode): WithValue | null {
  const { key, value } = entry
  if (value.kind === 'map') return readDirective(entry, value, node)
  if (value.kind === 'list' || typeof value.value !== 'string')
    return { kind: 'literal', value: toJson(value) }
  const field = `with.${key}`
  const template = node.texts.template({ scalar: value, nodeId: node.base.id, field })
  const reference = onlyReference(template)
  if (reference !== null) return { kind: 'reference', reference }
  const isText = template.segments.every((segment) => typeof segment === 'string')
  return isText ? { kind: 'literal', value: template.segments.join('') } : { kind: 'template', template }
}

/** `{from: $node.output.field, if_skipped: value}` */
function readDirective(entry: SourceEntry, map: SourceMap, node: TypedNode): WithValue | null {
  const { report, source } = node
  const field = `with.${entry.key}`
  const stranger = map.entries.find(({ key }) => key !== 'from' && key !== 'if_skipped')
  const from = entryOf(map, 'from')
  if (from === undefined || stranger !== undefined) {
    const message = `A mapping under \`with\` is \`{from: $node.output, if_skipped: value}\`, and \`${field}\` ${
      stranger === undefined ? 'has no `from`' : `has \`${stranger.key}\``
    }.`
    const hint = 'To give an object, have a node print it as JSON and refer to that.'
    report.error({ code: 'ION1121', span: stranger?.keySpan ?? entry.keySpan, message, hint })
    return null
  }
  const isText = from.value.kind === 'scalar' && typeof from.value.value === 'string'
  const text = isText && from.value.kind === 'scalar' ? from.value : null
  const template = text && node.texts.template({ scalar: text, nodeId: node.base.id, field: `${field}.from` })
  const reference = template && onlyReference(template)
  if (!reference) {
    const message = `\`${field}.from\` must be one reference and nothing else${text ? '' : `, and is ${describe(from.value)}`}.`
    const hint = 'Write `from: $node.output.field`. A text around references needs no `from`.'
    report.error({ code: 'ION1121', span: valueSpan(from, source.text), message, hint })
    return null
  }
  const ifSkipped = entryOf(map, 'if_skipped')
  return { kind: 'reference', reference, ...(ifSkipped ? { ifSkipped: toJson(ifSkipped.value) } : {}) }
}

/** The reference that is all of a text. */
function onlyReference({ segments: [first, ...others] }: Template): PlacedReference | null {
  return first !== undefined && typeof first !== 'string' && others.length === 0 ? first : null
}

import { closestName } from '../../template/closest-name.ts'
import type { TypedNode } from '../node-reading.ts'
import type { Span } from '../source-text.ts'
import { entryOf, type SourceMap, type SourceNode, toJson, valueSpan } from '../source-tree.ts'
import { textUnder } from '../text-reader.ts'

/**
 * Checks that `until_field` names a property that every structured answer of the node has: declared in `output_format` as
 * boolean and required. Otherwise the loop could go on for ever on a slip of the pen.
 */
export function checkUntilField(loop: SourceMap, { map, report, source }: TypedNode): void {
  const scalar = textUnder(loop, 'until_field')
  const entry = entryOf(loop, 'until_field')
  if (!scalar || !entry) return
  const name = String(scalar.value).trim()
  const problem = problemOf(name, entryOf(map, 'output_format')?.value)
  if (problem)
    report.error({ code: 'ION1119', ...problem, span: problem.span ?? valueSpan(entry, source.text) })
}

interface Problem {
  message: string
  hint: string
  span?: Span
}

function problemOf(name: string, format: SourceNode | undefined): Problem | null {
  if (format?.kind !== 'map') {
    const message = `\`until_field\` needs \`output_format\` on the node, which declares \`${name}\`.`
    return { message, hint: `Add \`output_format\` with a required boolean property \`${name}\`.` }
  }
  const properties = entryOf(format, 'properties')?.value
  const declared = properties?.kind === 'map' ? properties : null
  const property = declared && entryOf(declared, name)
  if (!property) {
    const near = closestName(name, declared?.entries.map(({ key }) => key) ?? [])
    const message = `\`output_format\` declares no property \`${name}\`.`
    const hint =
      near === undefined
        ? `Add \`${name}: {type: boolean}\` to its \`properties\`.`
        : `Did you mean \`${near}\`?`
    return { message, hint }
  }
  if (property.value.kind !== 'map' || typeOf(property.value) !== 'boolean') {
    const message = `\`until_field\` needs a boolean, and \`output_format\` declares \`${name}\` as something else.`
    return { message, hint: `Write \`${name}: {type: boolean}\`.`, span: property.keySpan }
  }
  const required = entryOf(format, 'required')
  const names = required ? toJson(required.value) : []
  if (Array.isArray(names) && names.includes(name)) return null
  const message = `\`output_format\` does not require \`${name}\`: an answer without it would never end the loop.`
  const hint = `Add \`${name}\` to its \`required\`.`
  return { message, hint, ...(required ? { span: required.keySpan } : {}) }
}

function typeOf(property: SourceMap): unknown {
  const type = entryOf(property, 'type')
  return type && toJson(type.value)
}

import type { JsonObject, JsonValue } from '../json.ts'
import { compileJsonSchema, type SchemaFault } from '../json-schema.ts'
import type { FieldContext } from './read-fields.ts'
import {
  describe,
  entryOf,
  type SourceEntry,
  type SourceMap,
  type SourceNode,
  toJson,
  valueSpan,
} from './source-tree.ts'

/** Reads `output_format` of a node: a JSON Schema; `null` when there is none, or it is none. */
export function readOutputFormat(map: SourceMap, context: FieldContext): JsonObject | null {
  const entry = entryOf(map, 'output_format')
  if (entry === undefined) return null
  const schema = toJson(entry.value)
  if (!isObject(schema)) {
    const message = `\`output_format\` must be a mapping, a JSON Schema, and is ${describe(entry.value)}.`
    const span = valueSpan(entry, context.source.text)
    context.report.error({ code: 'ION1111', span, message })
    return null
  }
  const compiled = compileJsonSchema(schema)
  if ('misses' in compiled) return schema
  for (const fault of onePerPlace(compiled)) reportFault(fault, entry, context)
  return null
}

/** The first fault of each value: the others say the same in other words. */
function onePerPlace(faults: SchemaFault[]): SchemaFault[] {
  const places = new Set<string>()
  return faults.filter(({ path }) => {
    const place = path.join('\n')
    return !places.has(place) && places.add(place)
  })
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function reportFault({ path, message }: SchemaFault, entry: SourceEntry, context: FieldContext): void {
  const place = placeOf(path, entry)
  const name = ['output_format', ...path].join('.')
  context.report.error({
    code: 'ION1120',
    span: valueSpan(place, context.source.text),
    message: `\`${name}\` is no JSON Schema: ${message}.`,
    hint: 'Types are `string`, `number`, `integer`, `boolean`, `object`, `array` and `null`.',
  })
}

/** The entry that a path leads to, or the last one on the way. */
function placeOf(path: string[], entry: SourceEntry): SourceEntry {
  let place = entry
  for (const step of path) {
    const next = stepInto(place.value, step)
    if (next === undefined) return place
    place = 'key' in next ? next : { ...place, value: next }
  }
  return place
}

function stepInto(value: SourceNode, step: string): SourceEntry | SourceNode | undefined {
  if (value.kind === 'map') return entryOf(value, step)
  return value.kind === 'list' ? value.items[Number(step)] : undefined
}

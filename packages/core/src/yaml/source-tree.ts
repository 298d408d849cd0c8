import type { JsonValue } from '../json.ts'
import type { Span } from './source-text.ts'

/** A value of a YAML document with the place where it stands; aliases are resolved, so one node may occur twice. */
export type SourceNode = SourceScalar | SourceList | SourceMap

/** A text, number, boolean or null. */
export interface SourceScalar extends Span {
  kind: 'scalar'
  value: string | number | boolean | null
  /** As it is written, without quotes: `1.10` where the value is 1.1. */
  written: string
  /** Where in the source a character of the value stands; for texts. */
  offsetOf(index: number): number
}

/** A sequence. */
export interface SourceList extends Span {
  kind: 'list'
  items: SourceNode[]
}

/** A mapping. Its keys are texts, and each occurs once. */
export interface SourceMap extends Span {
  kind: 'map'
  entries: SourceEntry[]
}

/** A key with its value. */
export interface SourceEntry {
  key: string
  keySpan: Span
  value: SourceNode
}

/** The entry with a key. */
export function entryOf(map: SourceMap, key: string): SourceEntry | undefined {
  return map.entries.find((entry) => entry.key === key)
}

/** What to point at when a value is wrong: the value if it fits one line, else its key. */
export function valueSpan(entry: SourceEntry, text: string): Span {
  const { start, end, kind } = entry.value
  const fits = end > start && kind !== 'map' && !text.slice(start, end).includes('\n')
  return fits ? { start, end } : entry.keySpan
}

/** The value without its places. */
export function toJson(node: SourceNode): JsonValue {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(toJson)
  const object: { [key: string]: JsonValue } = {}
  for (const { key, value } of node.entries) setOwn(object, key, toJson(value))
  return object
}

/** Sets a property of the object itself, also when it is called `__proto__`. */
export function setOwn<Value>(object: { [key: string]: Value }, key: string, value: Value): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}

/** What a value is, in words. */
export function describe(node: SourceNode): string {
  if (node.kind === 'list') return 'a list'
  if (node.kind === 'map') return 'a mapping'
  if (node.value === null) return 'empty'
  if (typeof node.value === 'string') return 'a text'
  return typeof node.value === 'number' ? `the number ${node.written}` : `the boolean ${node.written}`
}

import type { Diagnostic, Range } from './diagnostic.ts'
import type { JsonObject } from './json.ts'
import { Report } from './report.ts'
import { type DocumentKind, parseDocument } from './yaml/parse-document.ts'
import { sourceText } from './yaml/source-text.ts'
import {
  entryOf,
  type SourceEntry,
  type SourceMap,
  type SourceNode,
  toJson,
  valueSpan,
} from './yaml/source-tree.ts'

/** A YAML file that is a mapping, and where in it what stands. */
export interface LocatedYaml {
  value: JsonObject
  /**
   * Where a value stands: the value itself if it fits a line, else its key. Of a path that leads nowhere, the last that is
   * there.
   *
   * @param options.key - The key is meant, not its value.
   */
  rangeOf(path: readonly (string | number)[], options?: { key?: boolean }): Range
}

/**
 * Reads a YAML file that is a mapping, as workflows are read: every fault has its place. Never throws.
 *
 * @returns the file, `null` when it can't be read; and everything that is wrong with it as YAML.
 */
export function readYaml(
  text: string,
  { path, kind }: { path: string | null; kind: DocumentKind },
): { file: LocatedYaml | null; diagnostics: Diagnostic[] } {
  const source = sourceText(text)
  const report = new Report(source, path)
  const root = parseDocument(source, report, kind)
  const diagnostics = report.diagnostics()
  const value = root && toJson(root)
  if (root === null || report.hasErrors || !isObject(value)) return { file: null, diagnostics }
  const rangeOf: LocatedYaml['rangeOf'] = (steps, { key = false } = {}) => {
    const entry = entryAt(root, steps)
    const span =
      entry === undefined
        ? { start: root.start, end: root.start + 1 }
        : key
          ? entry.keySpan
          : valueSpan(entry, source.text)
    return { start: source.position(span.start), end: source.position(span.end) }
  }
  return { file: { value, rangeOf }, diagnostics }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function entryAt(root: SourceMap, path: readonly (string | number)[]): SourceEntry | undefined {
  let entry: SourceEntry | undefined
  let node: SourceNode = root
  for (const step of path) {
    const next: SourceEntry | undefined =
      node.kind === 'map' ? entryOf(node, String(step)) : itemAt(node, step, entry)
    if (next === undefined) return entry
    entry = next
    node = next.value
  }
  return entry
}

/** An item of a list has no key of its own: that of the list stands for it. */
function itemAt(
  node: SourceNode,
  step: string | number,
  list: SourceEntry | undefined,
): SourceEntry | undefined {
  const item = node.kind === 'list' ? node.items[Number(step)] : undefined
  return item && list && { ...list, value: item }
}

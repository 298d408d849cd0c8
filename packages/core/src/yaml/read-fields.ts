import type { z } from 'zod'
import type { Report } from '../report.ts'
import { closestName } from '../template/closest-name.ts'
import type { SourceText } from './source-text.ts'
import {
  describe,
  entryOf,
  type SourceEntry,
  type SourceMap,
  type SourceNode,
  toJson,
  valueSpan,
} from './source-tree.ts'

/** Where problems with values go. */
export interface FieldContext {
  source: SourceText
  report: Report
}

/**
 * Checks the values of a mapping against a schema all of whose keys are optional. Every wrong value is reported at its
 * place and left out of the result, so that the right ones are read all the same.
 */
export function readFields<Schema extends z.ZodObject>(
  map: SourceMap,
  schema: Schema,
  context: FieldContext,
): z.output<Schema> {
  const names = Object.keys(schema.shape)
  const entries = map.entries.filter(({ key }) => names.includes(key))
  const value: { [key: string]: unknown } = {}
  for (const entry of entries) value[entry.key] = toJson(entry.value)
  const first = schema.safeParse(value)
  if (first.success) return first.data
  for (const issue of onePerPlace(first.error.issues)) {
    const [key] = issue.path
    const entry = entries.find((candidate) => candidate.key === key)
    if (entry !== undefined) reportIssue(issue, entry, context)
    delete value[String(key)]
  }
  const second = schema.safeParse(value)
  return second.success ? second.data : schema.parse({})
}

/** The first issue of each value: later ones follow from it. */
function onePerPlace(issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const places = new Set<string>()
  return issues.filter(({ path }) => {
    const place = path.join('\n')
    return !places.has(place) && places.add(place)
  })
}

function reportIssue(issue: z.core.$ZodIssue, entry: SourceEntry, { source, report }: FieldContext): void {
  const { node, name } = locate(entry, issue.path.slice(1))
  const isType = issue.code === 'invalid_type' || issue.code === 'invalid_union'
  const message = `\`${name}\` ${issue.message}${isType ? `, and is ${describe(node)}` : ''}.`
  const span = valueSpan({ ...entry, value: node }, source.text)
  report.error({ code: 'ION1111', span, message, hint: hintFor(issue, node) })
}

/** The value that an issue is about, and what to call it. */
function locate(entry: SourceEntry, path: PropertyKey[]): { node: SourceNode; name: string } {
  let node = entry.value
  let name = entry.key
  for (const step of path) {
    const next: SourceNode | undefined =
      node.kind === 'list'
        ? node.items[Number(step)]
        : node.kind === 'map'
          ? entryOf(node, String(step))?.value
          : undefined
    if (next === undefined) break
    node = next
    name = typeof step === 'number' ? `${name}[${step}]` : `${name}.${String(step)}`
  }
  return { node, name }
}

function hintFor(issue: z.core.$ZodIssue, node: SourceNode): string | undefined {
  if (node.kind !== 'scalar') return undefined
  if (node.value === null) return 'Remove the key or give it a value.'
  if (issue.code === 'invalid_type' && issue.expected === 'string') return `Quote it: \`"${node.written}"\`.`
  if (issue.code !== 'invalid_value' || typeof node.value !== 'string') return undefined
  const names = issue.values.map(String)
  const near = closestName(node.value, names) ?? closestName(node.value.toLowerCase(), names)
  return near === undefined ? undefined : `Did you mean \`${near}\`?`
}

import type { ConversationContext } from '../definition.ts'
import { closestName } from '../template/closest-name.ts'
import type { FieldContext } from './read-fields.ts'
import { describe, entryOf, type SourceEntry, type SourceMap, valueSpan } from './source-tree.ts'

const words = ['fresh', 'shared'] as const

/** Reads `context` of a node that asks an agent: `fresh`, `shared`, or `{resume: <node id>}`. Default `fresh`. */
export function readContext(map: SourceMap, context: FieldContext): ConversationContext {
  const entry = entryOf(map, 'context')
  if (entry === undefined) return 'fresh'
  const { value } = entry
  const word = value.kind === 'scalar' ? words.find((each) => each === value.value) : undefined
  if (word !== undefined) return word
  const id = value.kind === 'map' ? resumed(value) : undefined
  if (id !== undefined) return { resume: id }
  reportWrong(entry, context)
  return 'fresh'
}

/** The node that is named, when the mapping has nothing else. */
function resumed(map: SourceMap): string | undefined {
  const value = entryOf(map, 'resume')?.value
  const isAlone = map.entries.length === 1 && value?.kind === 'scalar'
  return isAlone && typeof value.value === 'string' ? value.value : undefined
}

function reportWrong(entry: SourceEntry, { report, source }: FieldContext): void {
  const { value } = entry
  const near =
    value.kind === 'scalar' && typeof value.value === 'string' ? closestName(value.value, words) : undefined
  report.error({
    code: 'ION1111',
    span: valueSpan(entry, source.text),
    message: `\`context\` must be \`fresh\`, \`shared\` or \`{resume: <node id>}\`, and is ${describe(value)}.`,
    hint: near === undefined ? undefined : `Did you mean \`${near}\`?`,
  })
}

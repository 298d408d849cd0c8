import type { Template } from '../template/template.ts'
import type { FieldContext } from './read-fields.ts'
import { describe, entryOf, type SourceEntry, type SourceMap, valueSpan } from './source-tree.ts'
import type { TextReader } from './text-reader.ts'

/** Reads `env:` of a node or of the defaults: names of environment variables with texts, numbers or booleans. */
export function readEnv(
  map: SourceMap,
  context: FieldContext & { texts: TextReader; owner: string },
): Map<string, Template> {
  const value = entryOf(map, 'env')?.value
  const env = new Map<string, Template>()
  for (const entry of value?.kind === 'map' ? value.entries : []) {
    checkName(entry, context)
    const template = readValue(entry, context)
    if (template !== null) env.set(entry.key, template)
  }
  return env
}

function checkName({ key, keySpan: span }: SourceEntry, { report }: FieldContext): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return
  const message = `\`${key}\` can't be the name of an environment variable.`
  const hint = 'Such a name has letters, digits and `_`, and begins with no digit.'
  report.error({ code: 'ION1118', span, message, hint })
}

function readValue(
  entry: SourceEntry,
  { report, source, texts, owner }: FieldContext & { texts: TextReader; owner: string },
): Template | null {
  const { key, value } = entry
  const span = valueSpan(entry, source.text)
  if (value.kind !== 'scalar') {
    report.error({
      code: 'ION1111',
      span,
      message: `\`env.${key}\` must be a text, and is ${describe(value)}.`,
    })
    return null
  }
  if (String(value.value).includes('\0')) {
    report.error({ code: 'ION1111', span, message: `\`env.${key}\` must not contain a NUL character.` })
    return null
  }
  return texts.template({ scalar: value, nodeId: owner, field: `env.${key}` })
}

import { checkKeys } from '../checks/keys.ts'
import type { InputDefinition } from '../definition.ts'
import { inputNameHint, inputVariable, isInputName } from '../input-name.ts'
import type { JsonValue } from '../json.ts'
import { inputSchema } from '../schema/input.ts'
import { type FieldContext, readFields } from './read-fields.ts'
import { describe, entryOf, type SourceEntry, type SourceMap, toJson, valueSpan } from './source-tree.ts'

/** Reads `inputs:` of a workflow. A plain value instead of a mapping is the default. */
export function readInputs(root: SourceMap, context: FieldContext): Map<string, InputDefinition> {
  const value = entryOf(root, 'inputs')?.value
  const inputs = new Map<string, InputDefinition>()
  const variables = new Map<string, string>()
  for (const entry of value?.kind === 'map' ? value.entries : []) {
    checkName(entry, variables, context)
    inputs.set(entry.key, readInput(entry, context))
  }
  return inputs
}

function checkName(
  { key, keySpan: span }: SourceEntry,
  variables: Map<string, string>,
  context: FieldContext,
): void {
  const { report } = context
  if (!isInputName(key)) {
    const message = `\`${key}\` can't be the name of an input.`
    report.error({ code: 'ION1301', span, message, hint: inputNameHint })
  }
  const variable = inputVariable(key)
  const other = variables.get(variable)
  if (other !== undefined) {
    const message = `The inputs \`${other}\` and \`${key}\` are both \`${variable}\` in the environment of processes.`
    report.error({ code: 'ION1304', span, message, hint: 'Call one of them something else.' })
  }
  variables.set(variable, key)
}

function readInput(entry: SourceEntry, context: FieldContext): InputDefinition {
  const { key, value, keySpan } = entry
  if (value.kind === 'list') {
    const message = `\`inputs.${key}\` must be a mapping or a default value, and is ${describe(value)}.`
    context.report.error({ code: 'ION1111', span: keySpan, message })
  }
  if (value.kind === 'map') return readMapping(entry, checkKeys(value, 'input', context.report), context)
  const given = value.kind === 'scalar' ? value.value : null
  const base = { description: null, required: false }
  return given === null ? { type: 'string', ...base } : { type: typeOf(given), ...base, default: given }
}

function readMapping(entry: SourceEntry, map: SourceMap, context: FieldContext): InputDefinition {
  const fields = readFields(map, inputSchema, context)
  const defaultEntry = entryOf(map, 'default')
  const values = enumValues(map)
  const type = fields.type ?? impliedType(defaultEntry, values)
  checkValues({ name: entry.key, map, type, values }, context)
  return {
    type,
    description: fields.description ?? null,
    required: fields.required ?? false,
    ...(defaultEntry ? { default: toJson(defaultEntry.value) } : {}),
    ...(values ? { enum: values } : {}),
  }
}

function enumValues(map: SourceMap): JsonValue[] | undefined {
  const value = entryOf(map, 'enum')?.value
  return value?.kind === 'list' ? value.items.map(toJson) : undefined
}

/** Without `type`, a default or the allowed values say it. */
function impliedType(
  entry: SourceEntry | undefined,
  values: JsonValue[] | undefined,
): InputDefinition['type'] {
  if (entry) return typeOf(toJson(entry.value))
  const [first, ...others] = new Set(values?.map(typeOf))
  return first === undefined ? 'string' : others.length === 0 ? first : 'json'
}

function typeOf(value: JsonValue): InputDefinition['type'] {
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'json'
}

function checkValues(
  input: { name: string; map: SourceMap; type: InputDefinition['type']; values: JsonValue[] | undefined },
  { report, source }: FieldContext,
): void {
  const { name, map, type, values } = input
  const entry = entryOf(map, 'default')
  const required = entryOf(map, 'required')
  if (entry && required && toJson(required.value) === true) {
    const message = `The input \`${name}\` is required and has a default, which would never be used.`
    report.error({ code: 'ION1302', span: entry.keySpan, message, hint: 'Remove one of the two.' })
  }
  const fits = (value: JsonValue) => type === 'json' || typeof value === type
  const allowed = entryOf(map, 'enum')
  if (allowed && values?.some((value) => !fits(value))) {
    const message = `\`enum\` of the input \`${name}\` has values that are no ${type}.`
    report.error({ code: 'ION1303', span: allowed.keySpan, message })
  }
  if (!entry) return
  const value = toJson(entry.value)
  const span = valueSpan(entry, source.text)
  if (!fits(value)) {
    const message = `The default of the input \`${name}\` is ${describe(entry.value)}; its type is ${type}.`
    report.error({ code: 'ION1303', span, message })
  } else if (values && !values.some((one) => JSON.stringify(one) === JSON.stringify(value))) {
    const message = `The default of the input \`${name}\` is not among its \`enum\`.`
    report.error({ code: 'ION1303', span, message })
  }
}

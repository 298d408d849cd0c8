import type { JsonValue } from '@ion/core'
import type { SopFrontmatter, SopParameter } from '../model.ts'

/** The `parameters` of the frontmatter: a list of mappings with `name`, or a mapping by name. */
export function frontmatterParameters(frontmatter: SopFrontmatter | null): SopParameter[] {
  const value = frontmatter?.values.parameters
  if (frontmatter === null || typeof value !== 'object' || value === null) return []
  const entries: [JsonValue | undefined, JsonValue | undefined][] = Array.isArray(value)
    ? value.map((one) => [typeof one === 'string' ? one : fieldOf(one, 'name'), one])
    : Object.entries(value)
  return entries.flatMap(([name, facts]) =>
    typeof name === 'string' ? [parameterOf(name, facts, frontmatter)] : [],
  )
}

function parameterOf(name: string, facts: JsonValue | undefined, { range }: SopFrontmatter): SopParameter {
  const required = fieldOf(facts, 'required')
  const preset = fieldOf(facts, 'default') ?? null
  const values = fieldOf(facts, 'enum')
  return {
    name: name.trim(),
    required: typeof required === 'boolean' ? required : preset === null,
    isTagged: typeof required === 'boolean',
    note: null,
    type: textOf(fieldOf(facts, 'type')),
    default: preset === null ? null : { kind: 'literal', value: preset, text: JSON.stringify(preset), range },
    values: Array.isArray(values)
      ? values.filter((one) => typeof one === 'string').map((one) => ({ value: one, description: '', range }))
      : [],
    description: textOf(fieldOf(facts, 'description')) ?? (typeof facts === 'string' ? facts : ''),
    nameRange: range,
    range,
  }
}

function fieldOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

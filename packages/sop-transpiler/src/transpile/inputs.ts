import type { InputDefinition, JsonValue } from '@ion/core'
import type { SopParameter } from '../model.ts'

/** A parameter as an input of a workflow. */
export interface SopInput {
  /** A name that an input may have: the parameter's own in nearly all cases. */
  name: string
  parameter: SopParameter
  /** As it stands under `inputs:`. */
  fields: {
    type: InputDefinition['type']
    required?: true
    default?: JsonValue
    enum?: string[]
    description?: string
  }
}

/**
 * The inputs of a SOP. What is optional and has no value by itself is a text that says so when it is not given. It is never
 * empty: `{dir}/plan.md` would be `/plan.md` then.
 */
export function inputsOf(parameters: readonly SopParameter[]): SopInput[] {
  const variables = new Set<string>()
  return parameters.map((parameter, index) => {
    const name = inputName(parameter.name, { index, variables })
    const { description } = parameter
    return {
      name,
      parameter,
      fields: { ...valueFields(parameter), ...(description === '' ? {} : { description }) },
    }
  })
}

/** What stands in the text for a parameter that was not given. */
function notGiven(name: string): string {
  return `{${name}: not given}`
}

function inputName(given: string, { index, variables }: { index: number; variables: Set<string> }): string {
  const words = given
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+(?=.)|_+$/g, '')
  const base = /^[A-Za-z_]/.test(words) ? words : `parameter_${words === '' ? index + 1 : words}`
  let name = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(given) ? given : base
  // Inputs that differ only in case, or in `-` and `_`, would be one variable.
  const variable = () => name.toUpperCase().replaceAll('-', '_')
  for (let count = 2; variables.has(variable()); count++) name = `${base}_${count}`
  variables.add(variable())
  return name
}

function valueFields(parameter: SopParameter): SopInput['fields'] {
  const { required, default: preset } = parameter
  const values = parameter.values.map(({ value }) => value)
  const among = (value: JsonValue) => typeof value === 'string' && values.includes(value)
  if (preset?.kind === 'literal') {
    const isChoice = among(preset.value)
    return {
      type: typeOf(preset.value),
      default: preset.value,
      ...(isChoice ? { enum: [...new Set(values)] } : {}),
    }
  }
  if (preset?.kind === 'template') return { type: 'string', default: preset.value }
  if (!required) return { type: 'string', default: notGiven(parameter.name) }
  if (values.length > 0) return { type: 'string', required: true, enum: [...new Set(values)] }
  return { type: declaredType(parameter.type), required: true }
}

function typeOf(value: JsonValue): InputDefinition['type'] {
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'json'
}

function declaredType(type: string | null): InputDefinition['type'] {
  if (type === null) return 'string'
  if (/^(int|float|number)/i.test(type)) return 'number'
  if (/^bool/i.test(type)) return 'boolean'
  return 'string'
}

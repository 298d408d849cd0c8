import type { InputDefinition, JsonObject, JsonValue, WorkflowDefinition } from '@ion/core'
import { ExecutorError } from './errors.ts'
import { mask } from './secrets/mask-stream.ts'

/**
 * The values of a workflow's inputs: what was given, converted to the declared types, and the defaults of the rest.
 *
 * @throws {ExecutorError} `invalid_input` naming everything that is unknown, missing or of another type.
 */
export function checkInputs(workflow: WorkflowDefinition, given: JsonObject): JsonObject {
  const faults: string[] = []
  const isSecret = (name: string) =>
    workflow.secrets.some((secret) => secret.kind === 'input' && secret.name === name)
  const values: [string, JsonValue][] = []
  for (const name of Object.keys(given)) {
    if (!workflow.inputs.has(name)) faults.push(`there is no input ${name}; ${declared(workflow)}`)
  }
  for (const [name, definition] of workflow.inputs) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined
    if (raw === undefined) {
      if (definition.default !== undefined) values.push([name, definition.default])
      else if (definition.required) faults.push(`the input ${name} is required`)
      continue
    }
    const value = convert(raw, definition)
    const fault =
      value === undefined ? `must be of type ${definition.type}` : faultOfChoice(value, definition)
    if (fault) faults.push(`the input ${name} ${fault}, not ${isSecret(name) ? mask : JSON.stringify(raw)}`)
    else if (value !== undefined) values.push([name, value])
  }
  if (faults.length > 0) throw new ExecutorError('invalid_input', faults.join('; '), { faults })
  return Object.fromEntries(values)
}

function declared({ inputs }: WorkflowDefinition): string {
  return inputs.size === 0
    ? 'the workflow declares none'
    : `the workflow declares ${[...inputs.keys()].join(', ')}`
}

/** Text is converted to the declared type, as a shell gives nothing else; `undefined` when that can't be done. */
function convert(raw: JsonValue, { type }: InputDefinition): JsonValue | undefined {
  switch (type) {
    case 'string':
      return typeof raw === 'string' ? raw : typeof raw === 'object' ? undefined : String(raw)
    case 'number': {
      const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    }
    case 'boolean':
      if (raw === 'true' || raw === 'false') return raw === 'true'
      return typeof raw === 'boolean' ? raw : undefined
    case 'json':
      return typeof raw === 'string' ? parseJson(raw) : raw
  }
}

function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function faultOfChoice(value: JsonValue, definition: InputDefinition): string | null {
  if (!definition.enum || definition.enum.some((choice) => JSON.stringify(choice) === JSON.stringify(value)))
    return null
  return `must be one of ${definition.enum.map((choice) => JSON.stringify(choice)).join(', ')}`
}

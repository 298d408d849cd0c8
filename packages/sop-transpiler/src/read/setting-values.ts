import { type JsonValue, parseWorkflow } from '@ion/core'

const agentKeys = ['model', 'provider', 'agent', 'effort', 'allowed_tools']

/** What a comment `<!-- ion: … -->` can set. */
export const settingKeys = [...agentKeys, 'timeout', 'idle_timeout', 'retry', 'parallel-with']

/** Whether a setting is for the agent. */
export function isAgentKey(key: string): boolean {
  return agentKeys.includes(key)
}

/** What is wrong with the value of a setting, as a sentence; `null` when nothing is. */
export function faultOf(key: string, value: JsonValue): string | null {
  const must = form(key, value)
  if (must !== null) return `\`${key}\` must be ${must}.`
  if (isAgentKey(key) || key === 'parallel-with') return null
  const fault = workflowFault({ [key]: settingValue(key, value) })
  return fault === null || fault.startsWith(`\`${key}\``) ? fault : `\`${key}\`: ${fault}`
}

/** A setting as it stands in a workflow: of `retry` the number of retries alone will do. */
export function settingValue(key: string, value: JsonValue): JsonValue {
  return key === 'retry' && typeof value === 'number' ? { max_attempts: value } : value
}

/** The form that a value has to have and hasn't; of limits a workflow says it. */
function form(key: string, value: JsonValue): string | null {
  if (key === 'allowed_tools') return areAll(value, ['string']) ? null : 'a list of names'
  if (isAgentKey(key)) return typeof value === 'string' && value !== '' ? null : 'a text'
  if (key === 'parallel-with') {
    const names = Array.isArray(value) ? value : [value]
    const areNames = names.length > 0 && areAll(names, ['string', 'number'])
    return areNames ? null : 'the number or the title of a step, or a list of those'
  }
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (key === 'retry' && typeof value !== 'number' && !isMapping) {
    return 'a number of retries, or a mapping with `max_attempts`'
  }
  return null
}

function areAll(value: JsonValue, types: readonly string[]): boolean {
  return Array.isArray(value) && value.every((one) => types.includes(typeof one))
}

/** What a workflow says of it, whose node would have these keys. */
function workflowFault(keys: { [key: string]: JsonValue }): string | null {
  const workflow = { name: 'x', nodes: [{ id: 'x', prompt: 'x', ...keys }] }
  const [fault] = parseWorkflow(JSON.stringify(workflow)).diagnostics
  return fault?.message ?? null
}

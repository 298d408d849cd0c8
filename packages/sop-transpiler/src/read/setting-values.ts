import { type JsonValue, parseWorkflow } from '@ion/core'

const agentKeys = ['model', 'provider', 'agent', 'effort', 'allowed_tools']

/** What a comment `<!-- ion: … -->` can set. */
export const settingKeys = [...agentKeys, 'timeout', 'idle_timeout', 'retry', 'parallel-with']

/** Whether a setting is for the agent. */
export function isAgentKey(key: string): boolean {
  return agentKeys.includes(key)
}

/** What is wrong with the value of a setting, to stand behind its name; `null` when nothing is. */
export function faultOf(key: string, value: JsonValue): string | null {
  if (key === 'allowed_tools') return isListOfTexts(value) ? null : 'must be a list of names'
  if (isAgentKey(key)) return typeof value === 'string' && value !== '' ? null : 'must be a text'
  if (key === 'parallel-with') {
    const names = Array.isArray(value) ? value : [value]
    const areNames =
      names.length > 0 && names.every((name) => typeof name === 'string' || typeof name === 'number')
    return areNames ? null : 'must be the number or the title of a step, or a list of those'
  }
  if (key === 'retry' && typeof value === 'number') return workflowFault({ retry: { max_attempts: value } })
  if (key === 'retry' && (typeof value !== 'object' || value === null))
    return 'must be a number of retries, or a mapping with `max_attempts`'
  return workflowFault({ [key]: value })
}

function isListOfTexts(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

/** What a workflow says of it, whose node would have this key. */
function workflowFault(keys: { [key: string]: JsonValue }): string | null {
  const workflow = { name: 'x', nodes: [{ id: 'x', prompt: 'x', ...keys }] }
  const [fault] = parseWorkflow(JSON.stringify(workflow)).diagnostics
  return fault === undefined ? null : `is not as in a workflow: ${fault.message.replace(/\.$/, '')}`
}

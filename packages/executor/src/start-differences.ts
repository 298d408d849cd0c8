import { canonicalJson, type NewRun, type WorkflowRun } from '@ion/store'

/**
 * What keeps a run from being the one that a start means, in words: nothing when they are the same. The same are: workflow,
 * definition, inputs and arguments. Where the file lay, what the host keeps with the run and its priority may differ: they do
 * from one terminal to the next. Values are not told, as they may be secret. Pure.
 *
 * @example
 * startDifferences(run, created) // ['another value of the input version']
 */
export function startDifferences(run: WorkflowRun, created: NewRun): string[] {
  const { idempotencyKey = null, userMessage = '', inputs = {} } = created
  const found: string[] = []
  const isMeant = idempotencyKey === null ? run.id === created.id : run.idempotencyKey === idempotencyKey
  if (!isMeant) found.push('another idempotency key')
  if (run.workflowName !== created.workflowName) found.push(`the workflow ${run.workflowName}`)
  else if (run.definition.digest !== created.definition.digest) found.push('another text of the workflow')
  if (run.userMessage !== userMessage) found.push('other arguments')
  for (const name of new Set([...Object.keys(run.inputs), ...Object.keys(inputs)])) {
    if (memberText(run.inputs, name) !== memberText(inputs, name)) {
      found.push(`another value of the input ${name}`)
    }
  }
  return found
}

function memberText(inputs: WorkflowRun['inputs'], name: string): string | undefined {
  const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined
  return value === undefined ? undefined : canonicalJson(value)
}

import { type NodeDefinition, templateReferences, type VariableName, workflowReferences } from '@ion/core'
import type { CompiledWorkflow } from './compile.ts'
import { ExecutorError } from './errors.ts'
import type { RunOptions } from './options.ts'

/** The variables that only the host can give a value. Every other one the engine knows. */
const hostVariables: ReadonlySet<VariableName> = new Set(['STATE_DIR', 'BASE_BRANCH', 'DOCS_DIR'])

const agentTypes: ReadonlySet<string> = new Set(['prompt', 'command', 'loop'])

/**
 * Refuses a run that the host can't give what it needs, before anything is created.
 *
 * @throws {ExecutorError} `missing_variable` or `missing_agent`.
 */
export function checkRunnable(
  compiled: CompiledWorkflow,
  host: {
    variables: { readonly [Name in VariableName]?: string }
    prompt: RunOptions['prompt'] | undefined
    answers?: RunOptions['answers'] | undefined
    /** Nodes that won't run again. */
    done?: ReadonlySet<string>
  },
): void {
  const missing = new Set<string>()
  for (const name of usedVariables(compiled)) {
    if (hostVariables.has(name) && host.variables[name] === undefined) missing.add(name)
  }
  if (missing.size > 0) {
    const names = [...missing].map((name) => `$${name}`).join(', ')
    throw new ExecutorError('missing_variable', `the workflow uses ${names}, and the host gives no value`, {
      variables: [...missing],
    })
  }
  const asking = compiled.workflow.nodes
    .filter((node) => asksAgent(node) && !host.done?.has(node.id) && !isAnswered(node, host))
    .map(({ id }) => id)
  if (asking.length > 0) {
    throw new ExecutorError(
      'missing_agent',
      `${asking.length === 1 ? `the node ${asking[0]} asks` : `the nodes ${asking.join(', ')} ask`} an agent, and none is configured`,
      { nodes: asking },
    )
  }
}

/** Whether the host has an agent for a node. */
function isAnswered(
  node: NodeDefinition,
  { prompt, answers }: { [Name in 'prompt' | 'answers']?: RunOptions[Name] | undefined },
): boolean {
  if (!prompt) return false
  return answers === undefined || !('agent' in node) || answers(node.agent)
}

/** Whether a node may ask an agent: an approval does when it has rejections reworked. */
function asksAgent(node: NodeDefinition): boolean {
  return agentTypes.has(node.type) || (node.type === 'approval' && node.onReject !== null)
}

function* usedVariables({ workflow, commands }: CompiledWorkflow): Generator<VariableName> {
  for (const { reference } of workflowReferences(workflow)) {
    if (reference.reference.kind === 'variable') yield reference.reference.name
  }
  for (const node of workflow.nodes) {
    if (node.type === 'bash') yield* node.script.variables
    if (node.type === 'loop' && node.untilBash) yield* node.untilBash.variables
  }
  for (const template of commands.values()) {
    for (const { reference } of templateReferences(template)) {
      if (reference.kind === 'variable') yield reference.name
    }
  }
}

import { type JsonValue, type NodeDefinition, renderTemplate } from '@ion/core'

/** The prompt as the agent gets it; the output of a node is its id in angle brackets. */
export function renderPrompt(
  node: NodeDefinition | undefined,
  inputs: ReadonlyMap<string, JsonValue>,
): string {
  if (node?.type !== 'prompt') throw new Error('no prompt')
  return renderTemplate(node.prompt, {
    variable: () => undefined,
    input: (name) => inputs.get(name),
    node: (id) => ({ status: 'completed', output: `<${id}>`, error: '', exitCode: null }),
  })
}

import { type Template, templateReferences, type WorkflowDefinition, workflowReferences } from '@ion/core'
import type { NodeState, Output } from '@ion/store'
import type { Outputs } from './outputs.ts'

/** The outputs that a node refers to, as texts: at hand for most, read from the store for those that are too large. */
export class NodeTexts {
  readonly #needs: ReadonlyMap<string, ReadonlySet<string>>
  readonly #state: (id: string) => NodeState | undefined
  readonly #outputs: Outputs

  constructor(options: {
    workflow: WorkflowDefinition
    commands: ReadonlyMap<string, Template>
    state: (id: string) => NodeState | undefined
    outputs: Outputs
  }) {
    this.#needs = neededNodes(options.workflow, options.commands)
    this.#state = options.state
    this.#outputs = options.outputs
  }

  /** The texts by node id; `null` when one must be loaded first. */
  peek(nodeId: string): Map<string, string> | null {
    const texts = new Map<string, string>()
    for (const [id, output] of this.#needed(nodeId)) {
      const text = this.#outputs.peek(output)
      if (text === undefined) return null
      texts.set(id, text)
    }
    return texts
  }

  async load(nodeId: string): Promise<Map<string, string>> {
    const texts = new Map<string, string>()
    for (const [id, output] of this.#needed(nodeId)) texts.set(id, await this.#outputs.load(output))
    return texts
  }

  *#needed(nodeId: string): Generator<[string, Output]> {
    for (const id of this.#needs.get(nodeId) ?? []) {
      const output = outputOf(this.#state(id))
      if (output !== undefined) yield [id, output]
    }
  }
}

/** What a node left as its output, also when it failed. */
export function outputOf(state: NodeState | undefined): Output | undefined {
  return state?.status === 'completed' || state?.status === 'failed' ? state.payload.output : undefined
}

function neededNodes(workflow: WorkflowDefinition, commands: ReadonlyMap<string, Template>) {
  const needs = new Map<string, Set<string>>()
  const need = (nodeId: string, id: string) => {
    const ids = needs.get(nodeId) ?? new Set()
    needs.set(nodeId, ids.add(id))
  }
  for (const { nodeId, reference } of workflowReferences(workflow)) {
    if (reference.reference.kind === 'node') need(nodeId, reference.reference.nodeId)
  }
  for (const node of workflow.nodes) {
    const text = commands.get(commandOf(node) ?? '')
    for (const { reference } of text ? templateReferences(text) : []) {
      if (reference.kind === 'node') need(node.id, reference.nodeId)
    }
  }
  return needs
}

/** The command file that a node sends to the agent; `null` when it sends none. */
export function commandOf(node: WorkflowDefinition['nodes'][number]): string | null {
  if (node.type === 'command') return node.command
  return node.type === 'loop' && node.body.kind === 'command' ? node.body.command : null
}

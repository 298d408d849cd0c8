import type { NodeDefinition } from './definition.ts'

/** How the nodes of a workflow depend on each other. */
export interface Graph {
  /** In order of declaration. */
  nodes: Map<string, NodeDefinition>
  /** Who depends directly on a node, each once, in order of declaration. */
  dependents: Map<string, string[]>
  /** Every node after all that it depends on; the nearest to the roots first. */
  order: string[]
  /** The nodes that depend on nothing, in order of declaration. */
  roots: string[]
}

/**
 * Builds the graph of nodes whose ids are unique, whose dependencies exist and have no cycles, as in every
 * `WorkflowDefinition`. O(nodes + dependencies).
 *
 * @example
 * buildGraph(workflow.nodes).dependents.get('build') // ['test', 'publish']
 */
export function buildGraph(nodes: NodeDefinition[]): Graph {
  const dependents = new Map<string, string[]>(nodes.map(({ id }) => [id, []]))
  const open = new Map<string, number>()
  for (const { id, dependsOn } of nodes) {
    const distinct = new Set(dependsOn)
    for (const dependency of distinct) dependents.get(dependency)?.push(id)
    open.set(id, distinct.size)
  }
  const roots = nodes.filter(({ dependsOn }) => dependsOn.length === 0).map(({ id }) => id)
  const order = [...roots]
  for (let next = 0; next < order.length; next += 1) {
    for (const dependent of dependents.get(order[next] ?? '') ?? []) {
      const left = (open.get(dependent) ?? 0) - 1
      open.set(dependent, left)
      if (left === 0) order.push(dependent)
    }
  }
  return { nodes: new Map(nodes.map((node) => [node.id, node])), dependents, order, roots }
}

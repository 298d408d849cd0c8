import type { Graph } from '@ion/core'

/**
 * Which nodes have become ready, kept up to date at O(1) for each edge: over a whole run O(nodes + edges).
 */
export interface Frontier {
  /** The nodes that were ready at the beginning, in order of declaration. */
  readonly ready: string[]
  /**
   * Tells that a node has settled.
   *
   * @returns the nodes that have become ready by it, in order of declaration.
   */
  settle(id: string): string[]
}

/**
 * @param settled - The nodes that have settled already, as after a resume.
 */
export function createFrontier(graph: Graph, settled: ReadonlySet<string>): Frontier {
  const open = new Map<string, number>()
  for (const [id, node] of graph.nodes) {
    if (settled.has(id)) continue
    const distinct = new Set(node.dependsOn)
    let count = 0
    for (const dependency of distinct) if (!settled.has(dependency)) count += 1
    open.set(id, count)
  }
  return {
    ready: [...open].filter(([, count]) => count === 0).map(([id]) => id),
    settle(id) {
      const ready: string[] = []
      for (const dependent of graph.dependents.get(id) ?? []) {
        const count = open.get(dependent)
        if (count === undefined) continue
        open.set(dependent, count - 1)
        if (count === 1) ready.push(dependent)
      }
      return ready
    },
  }
}

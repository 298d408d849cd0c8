import type { Report } from '../report.ts'
import type { NodeOutline } from '../yaml/node-outline.ts'
import type { SourceText } from '../yaml/source-text.ts'
import type { DependencyGraph, Edge } from './dependencies.ts'

/** Reports nodes that wait for each other: for each knot of them its shortest cycle through the first node. */
export function checkCycles(
  outlines: NodeOutline[],
  graph: DependencyGraph,
  { report, source }: { report: Report; source: SourceText },
): void {
  const label = (index: number) => outlines[index]?.id ?? ''
  for (const knot of knots(graph.edges)) {
    const cycle = shortestCycle(knot, graph.edges)
    const [first] = cycle
    if (first === undefined) continue
    const path = [first.from, ...cycle.map(({ edge }) => edge.to)]
      .map((index) => `\`${label(index)}\``)
      .join(' -> ')
    const places = cycle.map(({ from, edge }) => {
      const { line, column } = source.position(edge.span.start)
      return `\`${label(from)}\` depends on \`${label(edge.to)}\` at ${line}:${column}`
    })
    const message = `These nodes wait for each other: ${path}.`
    report.error({
      code: 'ION1205',
      span: first.edge.span,
      message,
      hint: `Remove one: ${places.join(', ')}.`,
    })
  }
}

interface Step {
  from: number
  edge: Edge
}

/** The way from the knot's first node back to itself. */
function shortestCycle(knot: ReadonlySet<number>, edges: Edge[][]): Step[] {
  const start = Math.min(...knot)
  const cameBy = new Map<number, Step>()
  const queue = [start]
  for (const from of queue) {
    for (const edge of edges[from] ?? []) {
      if (!knot.has(edge.to) || cameBy.has(edge.to)) continue
      cameBy.set(edge.to, { from, edge })
      queue.push(edge.to)
    }
  }
  const steps: Step[] = []
  let at = start
  do {
    const step = cameBy.get(at)
    if (step === undefined) return []
    steps.unshift(step)
    at = step.from
  } while (at !== start)
  return steps
}

/** The sets of more than one node that can all reach each other, by Tarjan's algorithm without recursion. */
function knots(edges: Edge[][]): Set<number>[] {
  const order = new Map<number, number>()
  const low = new Map<number, number>()
  const stack: number[] = []
  const onStack = new Set<number>()
  const found: Set<number>[] = []
  const enter = (node: number) => {
    order.set(node, order.size)
    low.set(node, order.size - 1)
    stack.push(node)
    onStack.add(node)
    return { node, next: 0 }
  }
  const lower = (node: number, to: number | undefined) => {
    low.set(node, Math.min(low.get(node) ?? 0, to ?? 0))
  }
  for (const root of edges.keys()) {
    if (order.has(root)) continue
    const path = [enter(root)]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top
      const edge = edges[node]?.[top.next]
      top.next += 1
      if (edge !== undefined) {
        if (!order.has(edge.to)) path.push(enter(edge.to))
        else if (onStack.has(edge.to)) lower(node, order.get(edge.to))
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) lower(parent.node, low.get(node))
      if (low.get(node) !== order.get(node)) continue
      const knot = new Set(stack.splice(stack.indexOf(node)))
      for (const member of knot) onStack.delete(member)
      if (knot.size > 1) found.push(knot)
    }
  }
  return found
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildGraph } from './graph.ts'
import { parseWorkflow } from './parse-workflow.ts'

function graphOf(dependencies: { [id: string]: string[] }) {
  const nodes = Object.entries(dependencies).map(
    ([id, others]) => `  - {id: ${id}, bash: ls, depends_on: [${others.join(', ')}]}\n`,
  )
  const parsed = parseWorkflow(`name: graph\nnodes:\n${nodes.join('')}`)
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message)
  return buildGraph(parsed.workflow.nodes)
}

describe('buildGraph', () => {
  it('knows who depends on whom, who on nothing, and an order', () => {
    const graph = graphOf({ test: ['build'], lint: [], build: [], ship: ['test', 'lint', 'test'] })
    expect([...graph.nodes.keys()]).toEqual(['test', 'lint', 'build', 'ship'])
    expect(Object.fromEntries(graph.dependents)).toEqual({
      test: ['ship'],
      lint: ['ship'],
      build: ['test'],
      ship: [],
    })
    expect(graph.roots).toEqual(['lint', 'build'])
    expect(graph.order).toEqual(['lint', 'build', 'test', 'ship'])
  })

  it('orders every graph so that each node comes after what it depends on', () => {
    const pairs = fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { maxLength: 40 })
    fc.assert(
      fc.property(pairs, (edges) => {
        const dependencies: { [id: string]: string[] } = {}
        for (let index = 12; index >= 0; index -= 1) dependencies[`n${index}`] = []
        for (const [one, other] of edges) {
          if (one !== other) dependencies[`n${Math.max(one, other)}`]?.push(`n${Math.min(one, other)}`)
        }
        const { order, nodes } = graphOf(dependencies)
        expect(order.toSorted()).toEqual([...nodes.keys()].toSorted())
        for (const { id, dependsOn } of nodes.values()) {
          for (const other of dependsOn) expect(order.indexOf(other)).toBeLessThan(order.indexOf(id))
        }
      }),
    )
  })
})

import type { Report } from '../report.ts'
import { closestName } from '../template/closest-name.ts'
import type { NodeOutline } from '../yaml/node-outline.ts'
import type { Span } from '../yaml/source-text.ts'

/** A dependency that exists: the index of the node it leads to, and where it is written. */
export interface Edge {
  to: number
  span: Span
}

/** The nodes of a workflow by index, as far as their dependencies make sense. */
export interface DependencyGraph {
  indexes: ReadonlyMap<string, number>
  /** For each node what it depends on. */
  edges: Edge[][]
}

/**
 * Checks that every node that is depended on exists and is another one. A mistyped dependency counts as the node that was
 * probably meant, so that one slip is one error.
 */
export function checkDependencies(outlines: NodeOutline[], report: Report): DependencyGraph {
  const indexes = new Map<string, number>()
  for (const [index, { id }] of outlines.entries())
    if (id !== null && !indexes.has(id)) indexes.set(id, index)
  const edges = outlines.map((outline, from) =>
    outline.dependsOn.flatMap(({ id, span }) => {
      const to = indexes.get(id) ?? unknown(id, { span, outline, indexes, report })
      if (to !== from) return to === undefined ? [] : [{ to, span }]
      const message = `Node \`${id}\` depends on itself.`
      report.error({ code: 'ION1204', span, message, hint: 'Remove it; to repeat a prompt there is `loop`.' })
      return []
    }),
  )
  return { indexes, edges }
}

function unknown(
  id: string,
  at: { span: Span; outline: NodeOutline; indexes: ReadonlyMap<string, number>; report: Report },
): number | undefined {
  const { span, outline, indexes, report } = at
  const others = report.isFull ? [] : [...indexes.keys()].filter((other) => other !== outline.id)
  const near = closestName(id, others)
  const who = outline.id === null ? 'This node' : `Node \`${outline.id}\``
  const message = `${who} depends on \`${id}\`, which does not exist.`
  report.error({ code: 'ION1203', span, message, hint: near && `Did you mean \`${near}\`?` })
  return near === undefined ? undefined : indexes.get(near)
}

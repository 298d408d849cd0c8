import type { ReferenceSite } from '../reference-site.ts'
import type { Report } from '../report.ts'
import type { VariableName } from '../template/reference.ts'
import { defaultsOwner } from '../yaml/read-defaults.ts'
import type { DependencyGraph } from './dependencies.ts'

/**
 * Checks that references have a value where they stand: a node's only in those that run after it, a loop's variables only
 * inside it. That the names exist has been checked with the text.
 */
export function checkReferences(sites: ReferenceSite[], graph: DependencyGraph, report: Report): void {
  const upstream = upstreamOf(graph)
  for (const site of sites) {
    const { reference } = site
    if (reference.kind === 'variable') checkVariable(reference.name, site, report)
    if (reference.kind === 'node') checkNode(reference.nodeId, site, { graph, upstream, report })
  }
}

interface NodeChecking {
  graph: DependencyGraph
  upstream: (index: number) => ReadonlySet<number>
  report: Report
}

function checkNode(nodeId: string, site: ReferenceSite, { graph, upstream, report }: NodeChecking): void {
  if (site.nodeId === defaultsOwner) {
    const message = `\`${site.source}\` can't be used in \`defaults\`: it holds for all nodes, also those before \`${nodeId}\`.`
    report.error({ code: 'ION1405', span: site.span(), message })
    return
  }
  const reader = graph.indexes.get(site.nodeId)
  const target = graph.indexes.get(nodeId)
  if (reader === undefined || target === undefined) return
  if (reader === target) {
    const message = `Node \`${nodeId}\` can't refer to itself.`
    const hint = site.field.startsWith('loop.')
      ? 'In a loop, `$LOOP_PREV_OUTPUT` is the last answer.'
      : 'It has an output only once it has run.'
    report.error({ code: 'ION1402', span: site.span(), message, hint })
    return
  }
  if (upstream(reader).has(target)) return
  const message = `Node \`${site.nodeId}\` uses \`${site.source}\` and does not wait for \`${nodeId}\`.`
  const hint = upstream(target).has(reader)
    ? `\`${nodeId}\` runs after \`${site.nodeId}\`; turn their order around.`
    : `Add \`${nodeId}\` to \`depends_on\` of \`${site.nodeId}\`.`
  report.error({ code: 'ION1401', span: site.span(), message, hint })
}

const loopVariables: ReadonlySet<VariableName> = new Set(['LOOP_PREV_OUTPUT', 'LOOP_USER_INPUT'])

function checkVariable(name: VariableName, site: ReferenceSite, report: Report): void {
  const inGate = site.field.startsWith('approval.')
  const isRework = inGate && name === 'LOOP_PREV_OUTPUT'
  if (loopVariables.has(name) && !site.field.startsWith('loop.') && !isRework) {
    const message = `\`$${name}\` has a value only inside \`loop\`.`
    report.error({ code: 'ION1403', span: site.span(), message })
  }
  if (name === 'REJECTION_REASON' && !inGate) {
    const message = '`$REJECTION_REASON` is always empty here: only a gate and its `on_reject` know of it.'
    report.warning({ code: 'ION1404', span: site.span(), message })
  }
}

/** What a node comes after, directly or not; worked out once for each node that is asked for. */
export function upstreamOf({ edges }: DependencyGraph): (index: number) => ReadonlySet<number> {
  let last: { index: number; found: Set<number> } | undefined
  return (index) => {
    if (last?.index === index) return last.found
    const found = new Set<number>()
    const queue = [index]
    for (const node of queue) {
      for (const { to } of edges[node] ?? []) {
        if (found.has(to)) continue
        found.add(to)
        queue.push(to)
      }
    }
    last = { index, found }
    return found
  }
}

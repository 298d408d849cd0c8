import type { RunResult } from '@ion/executor'
import type { NodeState } from '@ion/store'
import { readLastLines } from '../log-tail.ts'
import { displayPath } from '../project.ts'
import { attemptLog } from '../run-paths.ts'
import { cutLine, oneLine } from './one-line.ts'
import { printable } from './printable.ts'
import type { RunView } from './run-reporter.ts'

const mostLogLines = 20
const mostFailures = 5

type FailedNode = Extract<NodeState, { status: 'failed' }>

/** What failed: the end of each failed node's log, and where the node is defined. */
export async function failureLines(view: RunView, result: RunResult): Promise<string[]> {
  if (result.status !== 'failed') return []
  const failed = failedNodes(result)
  const lines: string[] = []
  for (const state of failed.slice(0, mostFailures)) lines.push(...(await oneFailure(view, state, result)))
  if (failed.length > mostFailures) lines.push(`and ${failed.length - mostFailures} more failed`)
  if (failed.length === 0 && result.error) lines.push(`failed: ${oneLine(result.error.message)}`)
  return lines
}

/** The nodes whose failure failed the run. */
export function failedNodes({ nodes }: Pick<RunResult, 'nodes'>): FailedNode[] {
  return [...nodes.values()].filter(
    (state): state is FailedNode =>
      state.status === 'failed' && !state.payload.allowed && !state.path.includes('/'),
  )
}

async function oneFailure(view: RunView, state: FailedNode, result: RunResult): Promise<string[]> {
  const { path } = state
  const log = lastAttempt(state, result.nodes)
  const tail = await readLastLines(attemptLog(view.paths, log.path, log.attempt), mostLogLines)
  const heading = `${path} failed: ${oneLine(state.payload.error.message)}`
  const shown =
    tail.length > 0 ? [`${log.path} log (last ${tail.length === 1 ? 'line' : `${tail.length} lines`})`] : []
  return [heading, ...shown, ...tail.map((line) => `  ${cutLine(printable(line))}`), ...definedAt(view, path)]
}

/** What ran last of a node: itself, or the last of its iterations. */
function lastAttempt(state: NodeState, nodes: RunResult['nodes']): NodeState {
  let last = state
  for (const inner of nodes.values()) {
    if (inner.path.startsWith(`${state.path}/`) && inner.startedSequence > last.startedSequence) last = inner
  }
  return last
}

function definedAt({ workflow }: RunView, id: string): string[] {
  const node = workflow?.nodes.find((candidate) => candidate.id === id)
  const path = workflow?.source.path
  return node && path ? [`defined at ${displayPath(path)}:${node.position.line}`] : []
}

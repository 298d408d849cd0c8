import type { WorkflowDefinition } from '@ion/core'
import type { OpenGate } from '@ion/executor'
import {
  type Annotation,
  type Artifact,
  type DerivedStatus,
  describeOwner,
  type NodeState,
  pendingNode,
  type RunState,
  type WorkflowRun,
} from '@ion/store'
import { type AgentChoice, describeAgent } from '../agent-option.ts'
import type { CommandWriter } from '../next-command.ts'
import { displayPath } from '../project.ts'
import type { RunPaths } from '../run-paths.ts'
import type { Terminal } from '../terminal.ts'
import { annotationRow } from './annotation-row.ts'
import { artifactRow } from './artifact-row.ts'
import { between, formatAge, formatDuration } from './duration.ts'
import { formatNodeLine, nameWidth } from './format-node-line.ts'
import { approveWords, rejectWords } from './gate-commands.ts'
import { stateLine } from './node-line.ts'
import { oneLine } from './one-line.ts'
import { alignColumns } from './table.ts'
import { usageInWords } from './usage-words.ts'

/** Everything that is shown of a run. */
export interface ShownRun {
  run: WorkflowRun
  status: DerivedStatus
  shortId: string
  workflow: WorkflowDefinition | null
  state: RunState
  gates: OpenGate[]
  artifacts: Artifact[]
  annotations: Annotation[]
  paths: RunPaths
  agent: AgentChoice | null
  command: CommandWriter
}

/** How a run stands, for a person. */
export function showLines(shown: ShownRun, colors: Terminal['colors']): string[] {
  const { workflow, state, status, run } = shown
  const nodes = inOrder(state, workflow)
  const width = nameWidth(nodes.map(({ path }) => path))
  const orphaned = status === 'interrupted'
  return [
    ...alignColumns(facts(shown)),
    ...(nodes.length > 0 ? ['', 'nodes'] : []),
    ...nodes.map((node) => formatNodeLine(withAttempts(node, orphaned), width, colors)),
    ...filesAndNotes(shown),
    ...(run.status === 'completed' || run.status === 'cancelled' ? [] : ['', ...alignColumns(steps(shown))]),
  ]
}

const mostArtifacts = 20
const mostAnnotations = 20

/** What nodes left, and what was noted; of much of it the first files, and the last notes. */
function filesAndNotes({ artifacts, annotations, command, shortId }: ShownRun): string[] {
  const now = new Date().toISOString()
  const files = artifacts.slice(0, mostArtifacts).map(artifactRow)
  const moreFiles = artifacts.length - files.length
  const notes = annotations.slice(-mostAnnotations).map((annotation) => annotationRow(annotation, now))
  const moreNotes = annotations.length - notes.length
  return [
    ...(files.length > 0 ? ['', 'files', ...alignColumns(files)] : []),
    ...(moreFiles > 0 ? [`… ${moreFiles} more: ${command('artifacts', shortId)}`] : []),
    ...(notes.length > 0 ? ['', 'notes'] : []),
    ...(moreNotes > 0 ? [`… ${moreNotes} older: ${command('show', shortId, '--json')}`] : []),
    ...alignColumns(notes),
  ]
}

function facts({ run, status, workflow, state, paths, agent }: ShownRun): string[][] {
  const now = new Date().toISOString()
  const source = workflow?.source.path ?? run.definition.path
  const rows = [
    ['run', run.id],
    ['workflow', source === null ? run.workflowName : `${run.workflowName} (${displayPath(source)})`],
    ['status', status],
    ['created', `${run.createdAt} (${formatAge(between(run.createdAt, now))})`],
  ]
  if (run.startedAt && run.finishedAt)
    rows.push(['took', formatDuration(between(run.startedAt, run.finishedAt))])
  if (run.claim?.state === 'live') rows.push(['held by', describeOwner(run.claim.owner)])
  if (run.userMessage) rows.push(['message', oneLine(run.userMessage)])
  for (const [name, value] of Object.entries(run.inputs)) {
    rows.push(['input', `${name}=${typeof value === 'string' ? oneLine(value) : JSON.stringify(value)}`])
  }
  if (agent) rows.push(['agent', describeAgent(agent)])
  if (run.error) rows.push(['error', oneLine(run.error.message)])
  if (state.reason) rows.push(['reason', oneLine(state.reason)])
  if (state.usage.calls > 0) rows.push(['usage', usageInWords(state.usage)])
  rows.push(['logs', displayPath(paths.logs)], ['artifacts', displayPath(paths.artifacts)])
  return rows
}

/** The nodes as the workflow declares them, each followed by what ran inside it. */
function inOrder(state: RunState, workflow: WorkflowDefinition | null): NodeState[] {
  const declared = workflow?.nodes.map(({ id }) => id) ?? []
  const roots = new Set([
    ...declared,
    ...[...state.nodes.keys()].map((path) => path.split('/', 1)[0] ?? path),
  ])
  return [...roots].flatMap((id) => [
    state.nodes.get(id) ?? pendingNode(id),
    ...[...state.nodes.values()].filter(({ path }) => path.startsWith(`${id}/`)),
  ])
}

function withAttempts(node: NodeState, orphaned: boolean) {
  const line = stateLine(node, orphaned)
  const remarks = [
    ...(node.attempt > 1 ? [`attempt ${node.attempt}`] : []),
    ...(node.interruptions > 0 ? [`interrupted ${node.interruptions}×`] : []),
    ...(line.detail ? [line.detail] : []),
  ]
  return { ...line, detail: remarks.join(', ') }
}

function steps(shown: ShownRun): string[][] {
  const { status, gates, command, shortId } = shown
  const answers = gates.flatMap((gate) => [
    ['approve:', command(...approveWords(shown, gate))],
    ['reject:', command(...rejectWords(shown, gate))],
  ])
  const resumable = status !== 'running' && !(status === 'paused' && gates.length > 0)
  return [...answers, ...(resumable ? [['resume:', command('resume', shortId)]] : [])]
}

import { parseWorkflow, type WorkflowDefinition } from '@ion/core'
import type { RunResult } from '@ion/executor'
import { emptyUsage, type NodeState } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { resultOutput } from './run-reporter.ts'

const text = `
name: sinks
nodes:
  - { id: begin, bash: 'true' }
  - { id: rare, depends_on: [begin], bash: 'true' }
  - { id: usual, depends_on: [begin], bash: 'true' }
  - { id: last, depends_on: [begin], bash: 'true' }
`

function workflow(): WorkflowDefinition {
  const parsed = parseWorkflow(text)
  if (!parsed.ok) throw new Error('the sample does not parse')
  return parsed.workflow
}

function result(status: RunResult['status'], completed: string[]): RunResult {
  const facts = {
    attempt: 1,
    interruptions: 0,
    generation: 0,
    startedSequence: 1,
    startedAt: null,
    endedAt: '',
  }
  const state = (path: string): [string, NodeState] => [
    path,
    { ...facts, path, status: 'completed', payload: {} },
  ]
  return {
    runId: 'r',
    workflowName: 'sinks',
    status,
    error: null,
    reason: null,
    nodes: new Map(completed.map(state)),
    outputs: new Map(completed.map((id) => [id, `output of ${id}`])),
    gates: [],
    usage: emptyUsage(),
    executed: true,
  }
}

describe("a run's result", () => {
  it('is the output of the first node, as declared, that completed and that no other depends on', () => {
    expect(resultOutput({ workflow: workflow() }, result('completed', ['last', 'usual', 'begin']))).toBe(
      'output of usual',
    )
  })

  it('is never that of a node in the middle', () => {
    expect(resultOutput({ workflow: workflow() }, result('completed', ['begin']))).toBeNull()
  })

  it.each(['failed', 'paused', 'cancelled', 'interrupted'] as const)('is none of a run that %s', (status) => {
    expect(resultOutput({ workflow: workflow() }, result(status, ['begin', 'usual']))).toBeNull()
  })
})

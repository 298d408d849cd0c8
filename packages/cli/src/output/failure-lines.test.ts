import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseWorkflow } from '@ion/core'
import type { RunResult } from '@ion/executor'
import { emptyUsage, type NodeState } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { failureLines } from './failure-lines.ts'
import type { RunView } from './run-reporter.ts'

const path = '/project/sample.yaml'
const parsed = parseWorkflow('name: sample\nnodes:\n  - id: build\n    bash: make\n', { path })

function viewWithLog(file: string, text: string): RunView {
  const folder = mkdtempSync(join(tmpdir(), 'ion-run-'))
  const logs = join(folder, 'logs')
  mkdirSync(dirname(join(logs, file)), { recursive: true })
  writeFileSync(join(logs, file), text)
  return {
    runId: 'r',
    shortId: 'r',
    workflowName: 'sample',
    workflow: parsed.workflow,
    paths: { folder, logs, artifacts: join(folder, 'artifacts') },
    command: (...words) => words.join(' '),
    kept: [],
  }
}

function failed(...paths: string[]): RunResult {
  const states = paths.map((node, index): [string, NodeState] => [
    node,
    {
      path: node,
      status: 'failed',
      attempt: 1,
      interruptions: 0,
      generation: 0,
      startedSequence: index + 1,
      startedAt: null,
      endedAt: '',
      payload: { error: { code: 'exit', message: 'exited with 3' } },
    },
  ])
  return {
    runId: 'r',
    workflowName: 'sample',
    status: 'failed',
    error: null,
    reason: null,
    nodes: new Map(states),
    outputs: new Map(),
    gates: [],
    usage: emptyUsage(),
    executed: true,
  }
}

describe('what is said of a failed node', () => {
  it('is why it failed, the end of its log, and where it is defined', async () => {
    const lines = await failureLines(viewWithLog('build/attempt-1.log', 'one\n  two\n'), failed('build'))
    expect(lines.slice(0, 4)).toEqual([
      'build failed: exited with 3',
      'build log (last 2 lines)',
      '  one',
      '    two',
    ])
    expect(lines.at(-1)).toMatch(/^defined at .*sample\.yaml:3$/)
  })

  it('is short, whatever the node printed', async () => {
    const long = viewWithLog('build/attempt-1.log', 'x'.repeat(1_000_000))
    for (const line of await failureLines(long, failed('build'))) expect(line.length).toBeLessThan(250)
  })

  it('moves no cursor', async () => {
    const sly = viewWithLog('build/attempt-1.log', '\x1b[2Jall is well\x1b[1A\n')
    expect(await failureLines(sly, failed('build'))).toContain('  all is well')
  })

  it('has the log of the iteration that ran last', async () => {
    const lines = await failureLines(
      viewWithLog('build/2/attempt-1.log', 'here\n'),
      failed('build', 'build/1', 'build/2'),
    )
    expect(lines).toContain('build/2 log (last line)')
  })

  it('does without a log', async () => {
    const lines = await failureLines(viewWithLog('other/attempt-1.log', ''), failed('build'))
    expect(lines).toEqual(['build failed: exited with 3', expect.stringMatching(/^defined at /)])
  })
})

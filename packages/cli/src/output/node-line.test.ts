import type { NewEvent, WorkflowEvent } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { eventLine, stateLine } from './node-line.ts'

function event(event: NewEvent): WorkflowEvent {
  return { ...event, runId: 'r', sequence: 2, timestamp: '2030-01-01T00:00:00.000Z', commitId: 'c' }
}

describe('the line of an event', () => {
  it.each<[string, NewEvent, object]>([
    [
      'a start',
      { type: 'node_started', nodeId: 'a', payload: { attempt: 1 } },
      { word: 'start', detail: '' },
    ],
    [
      'a second attempt',
      { type: 'node_started', nodeId: 'a', payload: { attempt: 2 } },
      { detail: 'attempt 2' },
    ],
    [
      'an open gate',
      { type: 'node_started', nodeId: 'a', payload: { gate: { message: 'Ship it?\nNow?' } } },
      { word: 'wait', detail: 'Ship it? …' },
    ],
    [
      'a completion',
      { type: 'node_completed', nodeId: 'a', payload: { durationMs: 1_500, output: 'x' } },
      { word: 'ok', took: '1.5s' },
    ],
    [
      'an approval',
      { type: 'node_completed', nodeId: 'a', payload: { decision: 'approve', by: 'ada' } },
      { word: 'ok', detail: 'approved by ada' },
    ],
    [
      'a failure',
      { type: 'node_failed', nodeId: 'a', payload: { error: { code: 'exit', message: 'exited with 3' } } },
      { word: 'FAIL', tone: 'bad', detail: 'exited with 3' },
    ],
    [
      'an allowed failure',
      {
        type: 'node_failed',
        nodeId: 'a',
        payload: { allowed: true, error: { code: 'exit', message: 'no' } },
      },
      { word: 'FAIL', tone: 'attention', detail: 'no (allowed to fail)' },
    ],
    [
      'a failure that is retried',
      {
        type: 'node_failed',
        nodeId: 'a',
        payload: {
          willRetry: true,
          retryAt: '2030-01-01T00:00:03.000Z',
          error: { code: 'exit', message: 'no' },
        },
      },
      { word: 'retry', detail: 'no; again in 3.0s' },
    ],
    [
      'a rejection that is reworked',
      {
        type: 'node_failed',
        nodeId: 'a',
        payload: {
          willRetry: true,
          decision: 'reject',
          by: 'ada',
          error: { code: 'rejected', message: 'rejected: too long' },
        },
      },
      { word: 'retry', detail: 'rejected: too long (by ada); reworked, then asked again' },
    ],
    [
      'an interruption',
      {
        type: 'node_failed',
        nodeId: 'a',
        payload: { interrupted: true, willRetry: true, error: { code: 'stopped', message: 'x' } },
      },
      { word: 'stop', detail: 'cut short; runs again' },
    ],
    [
      'a skip by a condition',
      {
        type: 'node_skipped',
        nodeId: 'a',
        payload: {
          reason: {
            rule: 'when',
            expression: "$b.output == 'y'",
            comparisons: [
              { expression: "$b.output == 'y'", left: 'x', operator: '==', right: 'y', holds: false },
            ],
          },
        },
      },
      { word: 'skip', detail: `when: $b.output == 'y' ($b.output == 'y' with "x")` },
    ],
    [
      'a skip by a trigger rule',
      {
        type: 'node_skipped',
        nodeId: 'a',
        payload: {
          reason: { rule: 'all_success', upstream: [{ node: 'b', status: 'failed', standing: 'failure' }] },
          becauseOfFailure: true,
        },
      },
      { word: 'skip', detail: 'upstream b failed (all_success)' },
    ],
  ])('says %s', (_case, given, expected) => {
    expect(eventLine(event(given))).toMatchObject({ node: 'a', ...expected })
  })

  it('is none for an event of the workflow', () => {
    expect(eventLine(event({ type: 'workflow_completed', payload: {} }))).toBeNull()
  })
})

describe('the line of a state', () => {
  const running = {
    path: 'a',
    status: 'running',
    attempt: 1,
    interruptions: 0,
    generation: 0,
    startedSequence: 2,
    startedAt: null,
    payload: {},
  } as const

  it('says that a node runs', () => {
    expect(stateLine(running, false)).toMatchObject({ word: 'run' })
  })

  it('does not say so when the executor is gone', () => {
    expect(stateLine(running, true)).toMatchObject({ word: 'stop', tone: 'attention' })
  })
})

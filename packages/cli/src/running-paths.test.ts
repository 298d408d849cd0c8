import type { NewEvent } from '@ion/store'
import { expect, it } from 'vitest'
import { RunningPaths } from './running-paths.ts'

function after(...events: NewEvent[]): string[] {
  const running = new RunningPaths()
  events.forEach((event, index) => {
    running.apply({ ...event, runId: 'r', sequence: index + 1, timestamp: '', commitId: 'c' })
  })
  return running.paths()
}

const started = (nodeId: string): NewEvent => ({ type: 'node_started', nodeId, payload: {} })
const failure = { code: 'exit', message: 'no' }

it('has what started and has not ended', () => {
  expect(
    after(
      { type: 'workflow_started', payload: {} },
      started('a'),
      started('b'),
      started('c'),
      { type: 'node_completed', nodeId: 'a', payload: {} },
      { type: 'node_failed', nodeId: 'b', payload: { error: failure, willRetry: true } },
    ),
  ).toEqual(['c'])
})

it('has no gate: nothing runs while a person thinks', () => {
  expect(after({ type: 'node_started', nodeId: 'gate', payload: { gate: { message: 'ok?' } } })).toEqual([])
})

it('has the iteration of a loop, not the loop', () => {
  expect(after(started('refine'), started('refine/1'), started('refiner'))).toEqual(['refine/1', 'refiner'])
})

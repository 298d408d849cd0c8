import { describe, expect, it } from 'vitest'
import { eventTypeSchema, eventTypes, newEventSchema } from './event.ts'

const paths = (event: unknown) => {
  const checked = newEventSchema.safeParse(event)
  return checked.success ? [] : checked.error.issues.map((issue) => issue.path.join('.'))
}

describe('the types of event', () => {
  it('are eight, and a ninth is refused', () => {
    expect(eventTypes).toHaveLength(8)
    for (const type of ['workflow_paused', 'node_retried', 'NODE_STARTED', '', undefined]) {
      expect(eventTypeSchema.safeParse(type).success).toBe(false)
    }
  })
})

describe('the schema of an event', () => {
  it('hands on the very event, members of its own and __proto__ included', () => {
    const payload: unknown = JSON.parse('{"__proto__": {"x": 1}, "own": [null], "output": "\\ud800"}')
    const event = { type: 'node_completed', nodeId: 'loop/3', payload }
    expect(newEventSchema.parse(event)).toBe(event)
  })

  it.each([
    ['a node event without a node', { type: 'node_started', payload: {} }, ['nodeId']],
    ['a workflow event with a node', { type: 'workflow_started', nodeId: 'a', payload: {} }, ['nodeId']],
    ['a bad path', { type: 'node_started', nodeId: 'a/..', payload: {} }, ['nodeId']],
    ['a failure without an error', { type: 'workflow_failed', payload: {} }, ['payload.error']],
    [
      'an error without a code',
      { type: 'workflow_failed', payload: { error: { message: 'x' } } },
      ['payload.error.code'],
    ],
    [
      'a negative duration',
      { type: 'workflow_completed', payload: { durationMs: -1 } },
      ['payload.durationMs'],
    ],
    [
      'a skip without a rule',
      { type: 'node_skipped', nodeId: 'a', payload: { reason: {} } },
      ['payload.reason.rule'],
    ],
    ['a payload that is no JSON', { type: 'workflow_started', payload: { x: undefined } }, ['payload']],
    ['an unknown member', { type: 'workflow_started', payload: {}, at: 1 }, ['']],
    ['no object', null, ['']],
  ])('names the place of %s', (_, event, places) => {
    expect(paths(event)).toEqual(places)
  })

  it('names several faults at once', () => {
    expect(paths({ type: 'node_failed', payload: { attempt: 0 } })).toEqual([
      'nodeId',
      'payload.attempt',
      'payload.error',
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewEvent, WorkflowEvent } from './event.ts'
import { type NodeState, reduceRun } from './reduce-run.ts'

const time = (sequence: number) => new Date(Date.UTC(2031, 0, 1, 0, 0, sequence)).toISOString()

/** The log of these events. */
function logOf(...events: NewEvent[]): WorkflowEvent[] {
  return events.map((event, index) => ({
    ...event,
    ...{ runId: 'r', sequence: index + 1, timestamp: time(index + 1), commitId: 'c' },
  }))
}

const error = { code: 'exit', message: 'boom' }
const started: NewEvent = { type: 'workflow_started', payload: {} }
const resumed: NewEvent = { type: 'workflow_started', payload: { resumed: true } }
const rerun = (...ids: string[]): NewEvent => ({
  type: 'workflow_started',
  payload: { resumed: true, rerun: ids },
})
const runFailed: NewEvent = { type: 'workflow_failed', payload: { error } }
const begin = (nodeId: string): NewEvent => ({ type: 'node_started', nodeId, payload: {} })
const open = (nodeId: string): NewEvent => ({
  type: 'node_started',
  nodeId,
  payload: { gate: { message: 'ok?' } },
})
const done = (nodeId: string, output = ''): NewEvent => ({
  type: 'node_completed',
  nodeId,
  payload: { output },
})
const fail = (nodeId: string, payload: object = {}): NewEvent => ({
  type: 'node_failed',
  nodeId,
  payload: { error, ...payload },
})
const skip = (nodeId: string): NewEvent => ({
  type: 'node_skipped',
  nodeId,
  payload: { reason: { rule: 'when' } },
})
const retry = { willRetry: true, retryAt: time(99) }
const lost = { interrupted: true, willRetry: true }

const nodeOf = (path: string, ...events: NewEvent[]): NodeState | undefined =>
  reduceRun(logOf(...events)).nodes.get(path)

const anyEvent: fc.Arbitrary<NewEvent> = fc
  .record({ path: fc.constantFrom('a', 'b', 'b/1', 'b/1/c', 'c'), cost: fc.integer({ min: 0, max: 9 }) })
  .chain(({ path, cost }) => {
    const usage = [{ model: `m${cost % 2}`, inputTokens: cost, outputTokens: 1, cost }]
    return fc.constantFrom<NewEvent>(
      started,
      resumed,
      rerun('b'),
      rerun('a', 'missing'),
      runFailed,
      { type: 'workflow_completed', payload: {} },
      { type: 'workflow_cancelled', payload: { reason: 'enough', signal: 1 } },
      begin(path),
      open(path),
      skip(path),
      { type: 'node_completed', nodeId: path, payload: { usage, signal: cost + 1 } },
      fail(path, { usage }),
      fail(path, { ...retry, usage }),
      fail(path, lost),
      fail(path, { interrupted: true }),
    )
  })

const anyLog = fc.array(anyEvent, { maxLength: 40 }).map((events) => logOf(...events))

describe('reducing a log', () => {
  it('gives the same in one go as in two parts, wherever it is cut', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (log, at) => {
        const cut = log.length === 0 ? 0 : at % (log.length + 1)
        const first = reduceRun(log.slice(0, cut))
        expect(reduceRun(log.slice(cut), first)).toEqual(reduceRun(log))
      }),
    )
  })

  it('leaves the state that it goes on from as it was', () => {
    fc.assert(
      fc.property(anyLog, anyLog, (before, after) => {
        const first = reduceRun(before)
        const kept = structuredClone(first)
        reduceRun(after, first)
        expect(first).toEqual(kept)
      }),
    )
  })

  it('gives the state of an empty log for no events', () => {
    expect(reduceRun([])).toMatchObject({ status: 'pending', lastSequence: 0, starts: 0, nodes: new Map() })
  })

  it('follows the status, its error and its reason', () => {
    const cancelled: NewEvent = { type: 'workflow_cancelled', payload: { reason: 'enough' } }
    expect(reduceRun(logOf(started))).toMatchObject({ status: 'running', starts: 1, lastSequence: 1 })
    expect(reduceRun(logOf(started, runFailed))).toMatchObject({ status: 'failed', error })
    expect(reduceRun(logOf(started, cancelled))).toMatchObject({ status: 'cancelled', reason: 'enough' })
    expect(reduceRun(logOf(started, runFailed, resumed))).toMatchObject({
      status: 'running',
      error: null,
      starts: 2,
    })
  })

  it('has nodes in order of first appearance', () => {
    const { nodes } = reduceRun(logOf(started, begin('b'), begin('a'), done('b'), done('a/1')))
    expect([...nodes.keys()]).toEqual(['b', 'a', 'a/1'])
  })
})

describe('a node', () => {
  it('is as its last event says', () => {
    expect(nodeOf('a', started, begin('a'))).toMatchObject({
      status: 'running',
      startedSequence: 2,
      startedAt: time(2),
    })
    expect(nodeOf('a', started, open('a'))).toMatchObject({ status: 'waiting', startedSequence: 2 })
    expect(nodeOf('a', started, begin('a'), done('a', 'x'))).toMatchObject({
      status: 'completed',
      payload: { output: 'x' },
      endedAt: time(3),
      startedSequence: 2,
    })
    expect(nodeOf('a', started, begin('a'), fail('a'))).toMatchObject({ status: 'failed', endedAt: time(3) })
    expect(nodeOf('a', started, skip('a'))).toMatchObject({ status: 'skipped', attempt: 0 })
  })

  it('counts attempts, or takes the number that its start says', () => {
    expect(nodeOf('a', started, begin('a'), fail('a', retry))).toMatchObject({
      status: 'retrying',
      attempt: 1,
    })
    expect(nodeOf('a', started, begin('a'), fail('a', retry), begin('a'))).toMatchObject({ attempt: 2 })
    const third: NewEvent = { type: 'node_started', nodeId: 'a', payload: { attempt: 3 } }
    expect(nodeOf('a', started, third)).toMatchObject({ attempt: 3 })
  })

  it('counts interruptions apart from attempts', () => {
    const twiceLost = [started, begin('a'), fail('a', lost), begin('a'), fail('a', lost)]
    expect(nodeOf('a', ...twiceLost)).toMatchObject({ status: 'pending', attempt: 0, interruptions: 2 })
    expect(nodeOf('a', ...twiceLost, begin('a'))).toMatchObject({
      status: 'running',
      attempt: 1,
      interruptions: 2,
    })
    const lostInSecond = [started, begin('a'), fail('a', retry), begin('a'), fail('a', lost), begin('a')]
    expect(nodeOf('a', ...lostInSecond)).toMatchObject({ attempt: 2, interruptions: 1 })
  })

  it('is not charged with an interruption when its executor was told to stop', () => {
    const stopped = { ...lost, error: { code: 'stopped', message: 'told to stop' } }
    const given = nodeOf('a', started, begin('a'), fail('a', stopped))
    expect(given).toMatchObject({ status: 'pending', attempt: 0, interruptions: 0 })
  })

  it('fails for good when it was interrupted once too often', () => {
    const given = nodeOf('a', started, begin('a'), fail('a', { interrupted: true }))
    expect(given).toMatchObject({ status: 'failed', attempt: 1, interruptions: 1 })
  })
})

describe('a resume', () => {
  it('of a failed run gives failed and skipped nodes a new chance, and leaves all others as they were', () => {
    const before = [started, done('done'), fail('failed'), skip('skipped'), open('gate'), begin('running')]
    const log = [...before, fail('retrying', retry), runFailed]
    const kept = reduceRun(logOf(...log)).nodes
    const after = reduceRun(logOf(...log, resumed)).nodes
    for (const path of ['done', 'gate', 'running', 'retrying'])
      expect(after.get(path)).toEqual(kept.get(path))
    for (const path of ['failed', 'skipped']) {
      expect(after.get(path)).toMatchObject({
        status: 'pending',
        attempt: 0,
        interruptions: 0,
        generation: 0,
      })
    }
  })

  it('of a run that was interrupted or paused leaves every node as it was', () => {
    const log = [started, done('done'), fail('failed'), skip('skipped'), open('gate'), fail('lost', lost)]
    expect(reduceRun(logOf(...log, resumed)).nodes).toEqual(reduceRun(logOf(...log)).nodes)
  })

  it('changes nothing when it comes twice', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const events: NewEvent[] = log.map(({ runId, sequence, timestamp, commitId, ...event }) => event)
        const once = reduceRun(logOf(...events, resumed)).nodes
        expect(reduceRun(logOf(...events, resumed, resumed)).nodes).toEqual(once)
      }),
    )
  })

  it('never loses a completed node', () => {
    const completed = (log: WorkflowEvent[]) =>
      [...reduceRun(log).nodes.values()].filter(({ status }) => status === 'completed')
    fc.assert(
      fc.property(anyLog, (log) => {
        const events: NewEvent[] = log.map(({ runId, sequence, timestamp, commitId, ...event }) => event)
        expect(completed(logOf(...events, resumed))).toEqual(completed(log))
      }),
    )
  })
})

describe('a rerun', () => {
  const before = [started, done('a'), done('b'), done('b/1'), done('b/1/c'), done('bb')]

  it('voids the nodes it names with every path below them, and no other', () => {
    const { nodes } = reduceRun(logOf(...before, rerun('b')))
    expect([...nodes].map(([path, { status, generation }]) => [path, status, generation])).toEqual([
      ['a', 'completed', 0],
      ['b', 'pending', 1],
      ['b/1', 'pending', 1],
      ['b/1/c', 'pending', 1],
      ['bb', 'completed', 0],
    ])
  })

  it('counts generations, which later events and resumes keep', () => {
    expect(
      nodeOf('b', ...before, rerun('b'), begin('b'), rerun('b'), begin('b'), fail('b'), runFailed, resumed),
    ).toMatchObject({
      status: 'pending',
      generation: 2,
    })
    expect(nodeOf('b', ...before, rerun('b'), begin('b'), done('b'))).toMatchObject({
      status: 'completed',
      generation: 1,
      attempt: 1,
    })
  })

  it('of a failed run gives the failed nodes that it does not name their chance too', () => {
    const log = [...before, fail('x'), runFailed, rerun('b')]
    expect(nodeOf('x', ...log)).toMatchObject({ status: 'pending', generation: 0 })
  })
})

describe('usage', () => {
  const spent = (
    nodeId: string,
    usage: object[],
    type: 'node_completed' | 'node_failed' = 'node_completed',
  ) => ({ type, nodeId, payload: { usage, ...(type === 'node_failed' ? { error } : {}) } }) as NewEvent

  it('sums what completed and failed attempts cost, by model, reruns included', () => {
    const { usage } = reduceRun(
      logOf(
        started,
        spent('a', [{ model: 'm', inputTokens: 10, outputTokens: 1, cost: 0.5 }], 'node_failed'),
        spent('a', [
          { model: 'm', inputTokens: 5 },
          { model: 'n', cost: 0.25 },
        ]),
        rerun('a'),
        spent('a', [{ outputTokens: 2 }]),
      ),
    )
    const { models, ...total } = usage
    expect(total).toMatchObject({ calls: 4, inputTokens: 15, outputTokens: 3, cost: 0.75 })
    expect(Object.fromEntries(models)).toMatchObject({
      m: { calls: 2, inputTokens: 15, outputTokens: 1, cost: 0.5 },
      n: { calls: 1, inputTokens: 0, outputTokens: 0, cost: 0.25 },
      '': { calls: 1, inputTokens: 0, outputTokens: 2, cost: 0 },
    })
  })

  it('is in total what it is by model', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const { models, ...total } = reduceRun(log).usage
        for (const member of ['calls', 'inputTokens', 'outputTokens', 'cost'] as const) {
          expect([...models.values()].reduce((sum, model) => sum + model[member], 0)).toBe(total[member])
        }
      }),
    )
  })
})

describe('signals', () => {
  it('are taken by the events that name them', () => {
    const answered: NewEvent = {
      type: 'node_completed',
      nodeId: 'gate',
      payload: { signal: 2, decision: 'approve' },
    }
    const cancelled: NewEvent = { type: 'workflow_cancelled', payload: { signal: 3 } }
    expect(reduceRun(logOf(started, open('gate'), answered, cancelled)).takenSignals).toEqual(new Set([2, 3]))
  })
})

import type { NewEvent } from '@ion/store'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PromptHandler, PromptRequest } from './agent/prompt-handler.ts'
import { approveWorkflow, rejectWorkflow } from './answer.ts'
import type { AnswerOptions } from './options.ts'
import { resumeWorkflow } from './resume.ts'
import { type Bench, leaveBehind, openBench } from './run-fixture.test-support.ts'

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})

const nodes = (more = '', reject = '') => `
- id: draft
  bash: echo a draft
- id: gate
  depends_on: [draft]
  approval:
    message: "$draft.output [$LOOP_PREV_OUTPUT] [$REJECTION_REASON]"
    capture_response: true
    on_reject:
      prompt: "Do better: $REJECTION_REASON ($LOOP_PREV_OUTPUT)"
      ${reject}
  ${more}
- id: after
  depends_on: [gate]
  bash: echo "$gate.status $gate.output"`

/** An agent that answers `version 2`, `version 3`, … and notes what it was asked. */
function reworker() {
  const asked: PromptRequest[] = []
  const prompt: PromptHandler = (request) => {
    asked.push(request)
    return { output: `version ${asked.length + 1}`, session: `s${asked.length}` }
  }
  return { prompt, asked }
}

const answering = (runId: string, options: Partial<AnswerOptions> = {}): AnswerOptions => ({
  store: bench.store,
  runId,
  resume: true,
  signalPollMs: 20,
  killAfterMs: 500,
  ...options,
})

const start = (nodeId: string, more = {}): NewEvent => ({
  type: 'node_started',
  nodeId,
  payload: { attempt: 1, ...more },
})

describe('a rejection with on_reject', () => {
  it('is reworked, and the gate asks again', async () => {
    const { prompt, asked } = reworker()
    const { runId, gates } = await bench.run(nodes(), { prompt })
    expect(gates).toMatchObject([{ nodeId: 'gate', message: 'a draft [] []' }])
    const first = await rejectWorkflow(answering(runId, { prompt, text: 'too long', by: 'ada' }))
    expect(first.result).toMatchObject({
      status: 'paused',
      gates: [{ nodeId: 'gate', message: 'a draft [version 2] [too long]' }],
    })
    await rejectWorkflow(answering(runId, { prompt, text: 'too short' }))
    const end = await approveWorkflow(answering(runId, { prompt, text: 'fine', by: 'bob' }))
    expect(end.result?.status).toBe('completed')
    expect(end.result?.outputs.get('after')).toBe('completed fine')
    expect(asked.map((request) => request.prompt)).toEqual([
      'Do better: too long ()',
      'Do better: too short (version 2)',
    ])
    expect(asked.map(({ nodeId, session }) => [nodeId, session])).toEqual([
      ['gate/rework/1', null],
      ['gate/rework/2', 's1'],
    ])
    expect(await bench.log(runId)).toEqual([
      'workflow_started',
      'node_started draft',
      'node_completed draft',
      'node_started gate',
      'workflow_started',
      'node_failed gate',
      'node_started gate/rework/1',
      'node_completed gate/rework/1',
      'node_started gate',
      'workflow_started',
      'node_failed gate',
      'node_started gate/rework/2',
      'node_completed gate/rework/2',
      'node_started gate',
      'workflow_started',
      'node_completed gate',
      'node_started after',
      'node_completed after',
      'workflow_completed',
    ])
    const rejections = (await bench.events(runId)).filter(({ type }) => type === 'node_failed')
    expect(rejections.map(({ payload }) => payload)).toMatchObject([
      { decision: 'reject', by: 'ada', signal: 1, willRetry: true, rework: 1 },
      { decision: 'reject', signal: 2, willRetry: true, rework: 2 },
    ])
  })

  it.each([1, 2])('is reworked %i times at most; the rejection after that cancels the run', async (most) => {
    const { prompt, asked } = reworker()
    const { runId } = await bench.run(nodes('', `max_attempts: ${most}`), { prompt })
    for (let count = 1; count <= most; count++) {
      expect((await rejectWorkflow(answering(runId, { prompt }))).result?.status).toBe('paused')
    }
    const end = await rejectWorkflow(answering(runId, { prompt, text: 'enough' }))
    expect(end.result).toMatchObject({ status: 'cancelled', reason: 'gate was rejected: enough' })
    expect(asked).toHaveLength(most)
  })

  it('fails the gate after the last rework where that is allowed', async () => {
    const { prompt } = reworker()
    const { runId } = await bench.run(nodes('allow_failure: true', 'max_attempts: 1'), { prompt })
    await rejectWorkflow(answering(runId, { prompt }))
    const { result } = await rejectWorkflow(answering(runId, { prompt, text: 'no' }))
    expect(result?.status).toBe('completed')
    expect(result?.outputs.get('after')).toBe('failed ')
  })

  it('goes to the agent with the keys of the node', async () => {
    const { prompt, asked } = reworker()
    const { runId } = await bench.run(nodes('model: small'), { prompt })
    await rejectWorkflow(answering(runId, { prompt }))
    expect(asked[0]?.agent).toEqual({ model: 'small' })
  })

  it('goes to a new conversation each time with `context: fresh`', async () => {
    const { prompt, asked } = reworker()
    const { runId } = await bench.run(nodes('context: fresh'), { prompt })
    await rejectWorkflow(answering(runId, { prompt }))
    await rejectWorkflow(answering(runId, { prompt }))
    expect(asked.map(({ session }) => session)).toEqual([null, null])
  })

  it('needs an agent before anything starts', async () => {
    await expect(bench.run(nodes())).rejects.toMatchObject({
      code: 'missing_agent',
      details: { nodes: ['gate'] },
    })
  })

  it('is void when it is for a round that has ended', async () => {
    const { prompt, asked } = reworker()
    const { runId, gates } = await bench.run(nodes(), { prompt })
    const [gate] = gates
    await rejectWorkflow(answering(runId, { prompt, text: 'first' }))
    await bench.store.sendSignal(runId, {
      id: 'late',
      kind: 'answer',
      gate: { nodeId: 'gate', opened: gate?.opened ?? 0 },
      payload: { decision: 'approve', text: 'late' },
    })
    const result = await resumeWorkflow(answering(runId, { prompt }))
    expect(result).toMatchObject({ status: 'paused', gates: [{ message: 'a draft [version 2] [first]' }] })
    expect(asked).toHaveLength(1)
  })
})

describe('a rework', () => {
  it('is retried as a prompt is', async () => {
    let calls = 0
    const prompt: PromptHandler = () => {
      calls += 1
      if (calls === 1) throw Object.assign(new Error('busy'), { transient: true })
      return 'better'
    }
    const { runId } = await bench.run(nodes('retry: {delay_ms: 10}'), { prompt })
    const { result } = await rejectWorkflow(answering(runId, { prompt }))
    expect(result).toMatchObject({ status: 'paused', gates: [{ message: 'a draft [better] []' }] })
    expect(result?.nodes.get('gate/rework/1')).toMatchObject({ status: 'completed', attempt: 2 })
  })

  it('that fails fails the gate; a resume opens it anew, with all its reworks', async () => {
    const prompt: PromptHandler = () => {
      throw new Error('no')
    }
    const { runId } = await bench.run(nodes('', 'max_attempts: 1'), { prompt })
    const { result } = await rejectWorkflow(answering(runId, { prompt }))
    expect(result?.status).toBe('failed')
    expect(result?.nodes.get('gate')).toMatchObject({
      status: 'failed',
      payload: { error: { code: 'rework_failed', message: 'rework 1: no', cause: 'agent_failed' } },
    })
    const better = reworker()
    const again = await resumeWorkflow(answering(runId, { prompt: better.prompt }))
    expect(again).toMatchObject({ status: 'paused', gates: [{ message: 'a draft [] []' }] })
    const next = await rejectWorkflow(answering(runId, { prompt: better.prompt, text: 'again' }))
    expect(next.result).toMatchObject({ gates: [{ message: 'a draft [version 2] [again]' }] })
    const last = await approveWorkflow(answering(runId, { prompt: better.prompt }))
    expect(last.result?.status).toBe('completed')
  })

  it('that fails where the gate may fail leaves the run going on', async () => {
    const prompt: PromptHandler = () => {
      throw new Error('no')
    }
    const { runId } = await bench.run(nodes('allow_failure: true'), { prompt })
    const { result } = await rejectWorkflow(answering(runId, { prompt }))
    expect(result?.status).toBe('completed')
    expect(result?.outputs.get('after')).toBe('failed ')
  })

  it('does not run again after the loss of its executor with `on_interrupt: fail`', async () => {
    const { prompt, asked } = reworker()
    const id = await leaveBehind(bench, nodes('on_interrupt: fail'), [...rejected, start('gate/rework/1')])
    const result = await resumeWorkflow(answering(id, { prompt }))
    expect(result.status).toBe('failed')
    expect(result.nodes.get('gate')).toMatchObject({ payload: { error: { cause: 'executor_lost' } } })
    expect(asked).toEqual([])
  })
})

const rejected: NewEvent[] = [
  start('draft'),
  { type: 'node_completed', nodeId: 'draft', payload: { output: 'a draft' } },
  start('gate', { gate: { message: 'a draft [] []' }, round: 1, firstRework: 1 }),
  {
    type: 'node_failed',
    nodeId: 'gate',
    payload: {
      error: { code: 'rejected', message: 'rejected: why', reason: 'why' },
      decision: 'reject',
      willRetry: true,
      round: 1,
      firstRework: 1,
      rework: 1,
    },
  },
]

describe('resume of a run whose executor was lost', () => {
  const done: NewEvent = {
    type: 'node_completed',
    nodeId: 'gate/rework/1',
    payload: { output: 'version 2', session: 's1' },
  }
  it.each([
    ['right behind the rejection', rejected, 1],
    ['in the rework', [...rejected, start('gate/rework/1')], 1],
    ['right behind the rework', [...rejected, start('gate/rework/1'), done], 0],
    [
      'with the next round open',
      [
        ...rejected,
        start('gate/rework/1'),
        done,
        start('gate', { gate: { message: 'a draft [version 2] [why]' }, round: 2, firstRework: 1 }),
      ],
      0,
    ],
  ])('%s comes to the same next round', async (_, events, calls) => {
    const { prompt, asked } = reworker()
    const id = await leaveBehind(bench, nodes('', 'max_attempts: 1'), events)
    const result = await resumeWorkflow(answering(id, { prompt }))
    expect(result).toMatchObject({ status: 'paused', gates: [{ message: 'a draft [version 2] [why]' }] })
    expect(asked.map((request) => request.prompt)).toEqual(calls === 1 ? ['Do better: why ()'] : [])
    const end = await rejectWorkflow(answering(id, { prompt }))
    expect(end.result?.status).toBe('cancelled')
  })

  it('takes a rejection that came meanwhile, once', async () => {
    const { prompt, asked } = reworker()
    const { runId } = await bench.run(nodes(), { prompt, maxParallel: 1 })
    await rejectWorkflow(answering(runId, { resume: false, text: 'one' }))
    const result = await resumeWorkflow(answering(runId, { prompt }))
    expect(result).toMatchObject({ status: 'paused', gates: [{ message: 'a draft [version 2] [one]' }] })
    expect(asked).toHaveLength(1)
  })

  it('takes two that came meanwhile, each once, where one body may run at a time', async () => {
    const { prompt, asked } = reworker()
    const gate = (id: string) => `
- id: ${id}
  approval: {message: ok?, on_reject: {prompt: "${id}: $REJECTION_REASON"}}`
    const { runId } = await bench.run(`${gate('left')}${gate('right')}`, { prompt, maxParallel: 1 })
    await rejectWorkflow(answering(runId, { resume: false, nodeId: 'left', text: 'one' }))
    await rejectWorkflow(answering(runId, { resume: false, nodeId: 'right', text: 'two' }))
    const result = await resumeWorkflow(answering(runId, { prompt }))
    expect(result.gates).toHaveLength(2)
    expect(asked.map((request) => request.prompt)).toEqual(['left: one', 'right: two'])
  })

  it('between a rejection and the end of the run cancels it all the same', async () => {
    const id = await leaveBehind(bench, `\n- {id: gate, approval: {message: ok?}}`, [
      start('gate', { gate: { message: 'ok?' } }),
      {
        type: 'node_failed',
        nodeId: 'gate',
        payload: { error: { code: 'rejected', message: 'rejected: no', reason: 'no' }, decision: 'reject' },
      },
    ])
    const result = await resumeWorkflow(answering(id))
    expect(result).toMatchObject({ status: 'cancelled', reason: 'gate was rejected: no' })
  })
})

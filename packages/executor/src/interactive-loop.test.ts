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

const nodes = (loop = '', more = '') => `
- id: refine
  loop:
    prompt: "$LOOP_PREV_OUTPUT|$LOOP_USER_INPUT"
    until: DONE
    max_iterations: 3
    interactive: true
    gate_message: "$LOOP_PREV_OUTPUT? You said: $LOOP_USER_INPUT"
    ${loop}
  ${more}
- id: after
  depends_on: [refine]
  bash: echo "$refine.status $refine.output"`

/** An agent with these answers, in turn; it notes what it was asked. */
function answers(...texts: string[]) {
  const asked: PromptRequest[] = []
  const prompt: PromptHandler = (request) => {
    asked.push(request)
    return { output: texts[asked.length - 1] ?? 'out of answers', session: `s${asked.length}` }
  }
  return { prompt, asked, prompts: () => asked.map((request) => request.prompt) }
}

const answering = (runId: string, prompt: PromptHandler, text = ''): AnswerOptions => ({
  store: bench.store,
  runId,
  prompt,
  text,
  resume: true,
  signalPollMs: 20,
  killAfterMs: 500,
})

describe('an interactive loop', () => {
  it('asks after each iteration, and hands on what the person wrote', async () => {
    const { prompt, prompts } = answers('one', 'two', 'DONE')
    const first = await bench.run(nodes(), { prompt })
    expect(first).toMatchObject({
      status: 'paused',
      gates: [{ nodeId: 'refine/gate/1', message: 'one? You said: ', done: false }],
    })
    const { runId } = first
    const second = await approveWorkflow({ ...answering(runId, prompt, 'shorter'), by: 'ada' })
    expect(second.result?.gates).toMatchObject([
      { nodeId: 'refine/gate/2', message: 'two? You said: shorter', done: false },
    ])
    const third = await approveWorkflow(answering(runId, prompt))
    expect(third.result?.gates).toMatchObject([{ nodeId: 'refine/gate/3', done: true }])
    const end = await approveWorkflow(answering(runId, prompt))
    expect(end.result?.status).toBe('completed')
    expect(prompts()).toEqual(['|', 'one|shorter', 'two|'])
    expect(end.result?.nodes.get('refine')).toMatchObject({
      payload: { output: 'DONE', iterations: 3, channel: 'until', session: 's3' },
    })
    expect(end.result?.nodes.get('refine/gate/1')).toMatchObject({
      status: 'completed',
      payload: { decision: 'approve', output: 'shorter', by: 'ada', signal: 1 },
    })
    expect(await bench.log(runId)).toEqual([
      'workflow_started',
      'node_started refine',
      'node_started refine/1',
      'node_completed refine/1',
      'node_started refine/gate/1',
      'workflow_started',
      'node_completed refine/gate/1',
      'node_started refine/2',
      'node_completed refine/2',
      'node_started refine/gate/2',
      'workflow_started',
      'node_completed refine/gate/2',
      'node_started refine/3',
      'node_completed refine/3',
      'node_started refine/gate/3',
      'workflow_started',
      'node_completed refine/gate/3',
      'node_completed refine',
      'node_started after',
      'node_completed after',
      'workflow_completed',
    ])
  })

  it('goes on when a person wants more of what says it is done', async () => {
    const { prompt, prompts } = answers('DONE', 'DONE')
    const { runId } = await bench.run(nodes(), { prompt })
    const more = await approveWorkflow(answering(runId, prompt, 'one more'))
    expect(more.result?.status).toBe('paused')
    const end = await approveWorkflow(answering(runId, prompt))
    expect(end.result?.status).toBe('completed')
    expect(prompts()).toEqual(['|', 'DONE|one more'])
  })

  it('is done without a person where `signal_completes` says so', async () => {
    const { prompt } = answers('one', 'DONE')
    const { runId, gates } = await bench.run(nodes('signal_completes: true'), { prompt })
    expect(gates).toHaveLength(1)
    const end = await approveWorkflow(answering(runId, prompt))
    expect(end.result?.status).toBe('completed')
    expect(end.result?.nodes.has('refine/gate/2')).toBe(false)
  })

  it('is exhausted after max_iterations, without asking what has no effect', async () => {
    const { prompt } = answers('one', 'two', 'three')
    const { runId } = await bench.run(nodes(), { prompt })
    await approveWorkflow(answering(runId, prompt))
    const end = await approveWorkflow(answering(runId, prompt))
    expect(end.result?.nodes.get('refine')).toMatchObject({
      status: 'failed',
      payload: { output: 'three', error: { code: 'loop_exhausted' } },
    })
  })

  it('asks first when it is resumed after its exhaustion, and has its full allowance', async () => {
    const { prompt, prompts } = answers('one', 'two', 'three', 'four', 'five', 'six DONE', 'DONE')
    const { runId } = await bench.run(nodes(), { prompt })
    await approveWorkflow(answering(runId, prompt))
    await approveWorkflow(answering(runId, prompt))
    const resumed = await resumeWorkflow(answering(runId, prompt))
    expect(resumed).toMatchObject({ status: 'paused', gates: [{ nodeId: 'refine/gate/3' }] })
    for (const text of ['go', 'go', 'go']) await approveWorkflow(answering(runId, prompt, text))
    expect(prompts()).toHaveLength(6)
    expect((await bench.store.getWorkflowRun(runId))?.status).toBe('failed')
  })

  it('cancels the run when it is rejected', async () => {
    const { prompt } = answers('one')
    const { runId } = await bench.run(nodes(), { prompt })
    const { result } = await rejectWorkflow(answering(runId, prompt, 'hopeless'))
    expect(result).toMatchObject({ status: 'cancelled', reason: 'refine was rejected: hopeless' })
    expect(result?.nodes.get('refine')).toMatchObject({
      status: 'failed',
      payload: { decision: 'reject', output: 'one', error: { code: 'rejected', reason: 'hopeless' } },
    })
  })

  it('fails when it is rejected and may fail', async () => {
    const { prompt } = answers('one')
    const { runId } = await bench.run(nodes('', 'allow_failure: true'), { prompt })
    const { result } = await rejectWorkflow(answering(runId, prompt))
    expect(result?.status).toBe('completed')
    expect(result?.outputs.get('after')).toBe('failed one')
  })

  it('is answered by the id of the loop as well', async () => {
    const { prompt } = answers('DONE')
    const { runId } = await bench.run(nodes(), { prompt })
    const sent = await approveWorkflow({ ...answering(runId, prompt), nodeId: 'refine' })
    expect(sent.gate.nodeId).toBe('refine/gate/1')
    expect(sent.result?.status).toBe('completed')
  })

  it('leaves other branches at work', async () => {
    const { prompt } = answers('DONE')
    const result = await bench.run(`${nodes()}\n- {id: other, bash: echo other}`, { prompt })
    expect(result.status).toBe('paused')
    expect(result.outputs.get('other')).toBe('other')
  })

  it('fails when its message refers to what is not there', async () => {
    const { prompt } = answers('DONE')
    const result = await bench.run(
      `
- {id: a, bash: echo text}
- id: refine
  depends_on: [a]
  loop: {prompt: go, until: DONE, max_iterations: 1, interactive: true, gate_message: $a.output.field}`,
      { prompt },
    )
    expect(result.nodes.get('refine')?.status).toBe('failed')
  })

  it('asks about an answer of any length', async () => {
    const long = 'x'.repeat(100_000)
    const { prompt, asked } = answers(long, 'DONE')
    const { runId, gates } = await bench.run(nodes(), { prompt })
    expect(gates[0]?.message).toBe(`${long}? You said: `)
    await approveWorkflow(answering(runId, prompt))
    expect(asked[1]?.prompt).toBe(`${long}|`)
  })
})

describe('resume of an interactive loop whose executor was lost', () => {
  const start = (nodeId: string, more = {}): NewEvent => ({
    type: 'node_started',
    nodeId,
    payload: { attempt: 1, ...more },
  })
  const done: NewEvent = {
    type: 'node_completed',
    nodeId: 'refine/1',
    payload: { output: 'DONE', last: true, channel: 'until' },
  }
  const begun = [start('refine', { firstIteration: 1 }), start('refine/1'), done]
  const asked = [...begun, start('refine/gate/1', { gate: { message: 'DONE? You said: ', done: true } })]
  const answered = (output: string): NewEvent => ({
    type: 'node_completed',
    nodeId: 'refine/gate/1',
    payload: { output, decision: 'approve' },
  })

  it.each([
    ['before the gate', begun],
    ['with the gate open', asked],
  ])('%s asks', async (_, events) => {
    const { prompt, prompts } = answers()
    const id = await leaveBehind(bench, nodes(), events)
    const result = await resumeWorkflow(answering(id, prompt))
    expect(result).toMatchObject({
      status: 'paused',
      gates: [{ nodeId: 'refine/gate/1', message: 'DONE? You said: ', done: true }],
    })
    expect(prompts()).toEqual([])
  })

  it('right behind an approval is complete', async () => {
    const { prompt, prompts } = answers()
    const id = await leaveBehind(bench, nodes(), [...asked, answered('')])
    const result = await resumeWorkflow(answering(id, prompt))
    expect(result.outputs.get('after')).toBe('completed DONE')
    expect(prompts()).toEqual([])
  })

  it.each([
    ['right behind an approval with a text', []],
    ['in the iteration after it', [start('refine/2')]],
  ])('%s heeds the text', async (_, more) => {
    const { prompt, prompts } = answers('DONE')
    const id = await leaveBehind(bench, nodes(), [...asked, answered('shorter'), ...more])
    const result = await resumeWorkflow(answering(id, prompt))
    expect(result).toMatchObject({ status: 'paused', gates: [{ nodeId: 'refine/gate/2' }] })
    expect(prompts()).toEqual(['DONE|shorter'])
  })

  it('right behind a rejection cancels the run', async () => {
    const { prompt } = answers()
    const rejected: NewEvent = {
      type: 'node_failed',
      nodeId: 'refine/gate/1',
      payload: {
        error: { code: 'rejected', message: 'rejected: no', reason: 'no' },
        decision: 'reject',
        willRetry: false,
      },
    }
    const id = await leaveBehind(bench, nodes(), [...asked, rejected])
    const result = await resumeWorkflow(answering(id, prompt))
    expect(result).toMatchObject({ status: 'cancelled', reason: 'refine was rejected: no' })
  })
})

describe('until_field', () => {
  const loop = (more = '') => `
- id: work
  output_format:
    type: object
    properties: {done: {type: boolean}}
    required: [done]
  loop: {prompt: go, until_field: done, max_iterations: 2${more}}`

  it('ends a loop when the structured answer says so', async () => {
    let calls = 0
    const prompt: PromptHandler = () => {
      calls += 1
      return { output: 'x', structured: { done: calls === 2 } }
    }
    const result = await bench.run(loop(), { prompt })
    expect(result.status).toBe('completed')
    expect(result.nodes.get('work')).toMatchObject({
      payload: { channel: 'until_field', iterations: 2, structured: { done: true } },
    })
  })

  it('is looked at before the others, which decide when it does not', async () => {
    const prompt: PromptHandler = () => ({ output: 'x', structured: { done: true } })
    const both = await bench.run(loop(', until_bash: "true"'), { prompt })
    expect(both.nodes.get('work')).toMatchObject({ payload: { channel: 'until_field' } })
    const no: PromptHandler = () => ({ output: 'x', structured: { done: false } })
    const other = await bench.run(loop(', until_bash: "true"'), { prompt: no })
    expect(other.nodes.get('work')).toMatchObject({ payload: { channel: 'until_bash' } })
  })
})

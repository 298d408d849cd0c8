import { createHash } from 'node:crypto'
import { isBlobRef, type RecordedUsage } from '@ion/store'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PromptHandler } from './agent/prompt-handler.ts'
import { rejectWorkflow } from './answer.ts'
import { cancelWorkflow } from './cancel.ts'
import { NodeFailure } from './node-failure.ts'
import type { ExecuteOptions } from './options.ts'
import { resumeWorkflow } from './resume.ts'
import { type Bench, leaveBehind, openBench } from './run-fixture.test-support.ts'

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const durationMs = expect.any(Number)

/** What the log says of calls: for each event that ends an attempt its type, its path, its attempt, and its entries. */
async function callsOf(runId: string): Promise<[string, string, number | undefined, RecordedUsage[]][]> {
  return (await bench.events(runId)).flatMap(({ type, nodeId, payload }) =>
    (type === 'node_completed' || type === 'node_failed') && 'usage' in payload
      ? [[type, nodeId, payload.attempt, payload.usage ?? []]]
      : [],
  )
}

/** The entries of a run whose only node is asked. */
async function entries(nodes: string, options: Partial<ExecuteOptions>): Promise<RecordedUsage[]> {
  const { runId } = await bench.run(nodes, options)
  return (await callsOf(runId)).flatMap(([, , , usage]) => usage)
}

/** Waits for its end as a handler that heeds its signal. */
const untilStopped: PromptHandler = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })

describe('a call of the agent', () => {
  it('is in the event that ends the attempt, with who was asked, what it cost, and digests of both texts', async () => {
    const prompt: PromptHandler = () => ({
      output: 'fine ☺',
      usage: { model: 'm-1', inputTokens: 12, outputTokens: 3, cost: 0.5 },
    })
    const nodes = '- {id: ask, prompt: "How are you?", provider: claude, model: m}'
    const { runId } = await bench.run(nodes, { prompt })
    const call = {
      number: 1,
      agent: 'claude',
      durationMs,
      promptSha256: sha256('How are you?'),
      outputSha256: sha256('fine ☺'),
    }
    expect(await callsOf(runId)).toEqual([
      ['node_completed', 'ask', 1, [{ model: 'm-1', inputTokens: 12, outputTokens: 3, cost: 0.5, call }]],
    ])
  })

  it('is there also when the agent reports nothing: what is not known is absent', async () => {
    const [entry, ...others] = await entries('- {id: ask, prompt: hi}', { prompt: () => 'ho' })
    expect(others).toEqual([])
    expect(entry).toEqual({
      call: { number: 1, durationMs, promptSha256: sha256('hi'), outputSha256: sha256('ho') },
    })
  })

  it('names the model that was asked for where the agent names none, and the agent as the host names it', async () => {
    const [entry] = await entries('- {id: ask, prompt: hi, model: small}', {
      prompt: () => ({ output: 'ho', usage: { cost: 1 } }),
      agentName: ({ model }) => `agent of ${model}`,
    })
    expect(entry).toMatchObject({ cost: 1, call: { requestedModel: 'small', agent: 'agent of small' } })
  })

  it('has an entry a model when several answered, and is one call', async () => {
    const prompt: PromptHandler = () => ({
      output: 'ho',
      usage: [
        { model: 'big', cost: 2 },
        { model: 'small', cost: 1 },
      ],
    })
    const { runId, usage } = await bench.run('- {id: ask, prompt: hi}', { prompt })
    const [[, , , entries = []] = []] = await callsOf(runId)
    expect(entries).toMatchObject([
      { model: 'big', call: { number: 1, promptSha256: sha256('hi') } },
      { model: 'small', call: { number: 1, durationMs } },
    ])
    expect(usage).toMatchObject({ calls: 1, cost: 3 })
  })

  it('is in each iteration of a loop', async () => {
    const nodes = '- {id: refine, loop: {prompt: again, until: DONE, max_iterations: 3}}'
    let asked = 0
    const { runId } = await bench.run(nodes, { prompt: () => (++asked === 2 ? 'DONE' : 'more') })
    expect((await callsOf(runId)).map(([, path, , usage]) => [path, usage.length])).toEqual([
      ['refine/1', 1],
      ['refine/2', 1],
    ])
  })

  it('is in the rework of what was rejected', async () => {
    const nodes = '- {id: gate, approval: {message: ok?, on_reject: {prompt: mend it, max_attempts: 2}}}'
    const prompt: PromptHandler = () => ({ output: 'mended', usage: { cost: 1 } })
    const { runId } = await bench.run(nodes, { prompt })
    await rejectWorkflow({ store: bench.store, runId, resume: true, prompt })
    expect(await callsOf(runId)).toMatchObject([
      ['node_completed', 'gate/rework/1', 1, [{ cost: 1, call: { promptSha256: sha256('mend it') } }]],
    ])
  })

  it('is one of several when an answer that does not fit is asked for again', async () => {
    const nodes = '- {id: ask, prompt: score?, output_format: {type: number}}'
    const answers = [{ output: 'high', usage: { cost: 1 } }, '7']
    const found = await entries(nodes, { prompt: () => answers.shift() ?? '' })
    expect(found).toMatchObject([
      { cost: 1, call: { number: 1, promptSha256: sha256('score?'), outputSha256: sha256('high') } },
      { call: { number: 2, outputSha256: sha256('7') } },
    ])
    expect(found[1]).not.toHaveProperty('cost')
  })
})

describe('a call that fails', () => {
  const retried = (error: string) =>
    `- {id: ask, prompt: hi, retry: {max_attempts: 1, delay_ms: 1, on_error: ${error}}}`

  it('is in the event of its attempt, with why, and with what it cost if that is known', async () => {
    let asked = 0
    const prompt: PromptHandler = () => {
      asked += 1
      if (asked === 1) throw new NodeFailure('no_quota', 'enough', { usage: [{ cost: 2 }] })
      throw new Error('gone')
    }
    const { runId, usage } = await bench.run(retried('all'), { prompt })
    expect(await callsOf(runId)).toEqual([
      [
        'node_failed',
        'ask',
        1,
        [{ cost: 2, call: { number: 1, durationMs, error: 'no_quota', promptSha256: sha256('hi') } }],
      ],
      [
        'node_failed',
        'ask',
        2,
        [{ call: { number: 1, durationMs, error: 'agent_failed', promptSha256: sha256('hi') } }],
      ],
    ])
    expect(usage).toMatchObject({ calls: 2, failed: 2, cost: 2, unknownCost: 1 })
  })

  it('is there when it took too long', async () => {
    const nodes = '- {id: ask, prompt: hi, timeout: 20, retry: {max_attempts: 0}}'
    const [entry] = await entries(nodes, { prompt: untilStopped })
    expect(entry?.call).toMatchObject({ error: 'timeout', promptSha256: sha256('hi') })
    expect(entry?.call?.durationMs).toBeGreaterThanOrEqual(19)
  })

  it('counts with its cost when the host says it on being told to end', async () => {
    const prompt: PromptHandler = (request, context) =>
      Promise.resolve(untilStopped(request, context)).catch(() => {
        throw new NodeFailure('late', 'not ready', { usage: [{ cost: 1 }] })
      })
    const nodes = '- {id: ask, prompt: hi, timeout: 20, retry: {max_attempts: 0}}'
    expect(await entries(nodes, { prompt })).toMatchObject([{ cost: 1, call: { error: 'timeout' } }])
  })

  it('counts with its cost when the answer was too long, or could not be used', async () => {
    const long = () => ({ output: 'much too long', usage: { cost: 1 } })
    const once = '- {id: ask, prompt: hi, retry: {max_attempts: 0}}'
    const [tooLong] = await entries(once, { prompt: long, maxOutputBytes: 5 })
    expect(tooLong).toMatchObject({ cost: 1, call: { error: 'output_too_large' } })
    const odd = () => ({ output: 'ho', usage: { cost: -1 } })
    expect(await entries(once, { prompt: odd })).toEqual([
      { call: expect.objectContaining({ error: 'agent_answer' }) },
    ])
  })

  it('is told of in the log, not counted, when the failure says its cost in a wrong shape', async () => {
    const notes: string[] = []
    const prompt = () => {
      throw new NodeFailure('no_quota', 'enough', { usage: [{ cost: -1 }] })
    }
    const nodes = '- {id: ask, prompt: hi, retry: {max_attempts: 0}}'
    const [entry] = await entries(nodes, { prompt, onLog: ({ message }) => notes.push(message) })
    expect(entry).toEqual({ call: expect.objectContaining({ error: 'no_quota' }) })
    expect(notes).toEqual([expect.stringContaining('is not counted')])
  })

  it('is there when its host stops the run, and again when the run goes on', async () => {
    const stop = new AbortController()
    const prompt: PromptHandler = (request, context) => {
      stop.abort()
      return untilStopped(request, context)
    }
    const { runId, status } = await bench.run('- {id: ask, prompt: hi}', { prompt, signal: stop.signal })
    expect(status).toBe('interrupted')
    const { usage } = await resumeWorkflow({ store: bench.store, runId, prompt: () => 'ho' })
    expect(await callsOf(runId)).toMatchObject([
      ['node_failed', 'ask', 1, [{ call: { error: 'stopped', promptSha256: sha256('hi') } }]],
      ['node_completed', 'ask', 1, [{ call: { number: 1 } }]],
    ])
    expect(usage).toMatchObject({ calls: 2, failed: 1 })
  })

  it('is there when the run is cancelled', async () => {
    const prompt: PromptHandler = async (request, context) => {
      void cancelWorkflow({ store: bench.store, runId: request.runId })
      return await untilStopped(request, context)
    }
    const { runId } = await bench.run('- {id: ask, prompt: hi}', { prompt, recordTexts: true })
    expect(await callsOf(runId)).toMatchObject([
      ['node_failed', 'ask', 1, [{ call: { error: 'cancelled', textsOmitted: 'stopped' } }]],
    ])
  })

  it('is not known of an executor that was killed', async () => {
    const started = { type: 'node_started', nodeId: 'ask', payload: { type: 'prompt', attempt: 1 } } as const
    const runId = await leaveBehind(bench, '- {id: ask, prompt: hi}', [started])
    const { usage } = await resumeWorkflow({ store: bench.store, runId, prompt: () => 'ho' })
    expect(usage).toMatchObject({ calls: 1, failed: 0 })
  })
})

describe('the texts of calls', () => {
  const secret = 'hush-hush-hush'
  const options = { recordTexts: true, env: { ...process.env, TOKEN: secret } }

  it('are recorded only when the host wants it, and an answer that is the output of the node only there', async () => {
    const prompt = () => 'ho'
    const [bare] = await entries('- {id: ask, prompt: hi}', { prompt })
    expect(bare?.call).not.toHaveProperty('prompt')
    const [full] = await entries('- {id: ask, prompt: hi}', { prompt, recordTexts: true })
    expect(full?.call).toMatchObject({ prompt: 'hi' })
    expect(full?.call).not.toHaveProperty('output')
  })

  it('have an answer that did not fit', async () => {
    const answers = ['high', '7']
    const nodes = '- {id: ask, prompt: score?, output_format: {type: number}}'
    const found = await entries(nodes, { prompt: () => answers.shift() ?? '', recordTexts: true })
    expect(found.map(({ call }) => call?.output)).toEqual(['high', undefined])
    expect(found[1]?.call?.prompt).toContain('You answered:\n\nhigh')
  })

  it('are beside the event when they are long', async () => {
    const long = 'x'.repeat(100_000)
    const nodes = `- {id: make, bash: "printf %0100000d 0 | tr 0 x"}\n- {id: ask, depends_on: make, prompt: $make.output}`
    const { runId } = await bench.run(nodes, { prompt: () => 'ho', recordTexts: true })
    const [[, , , [entry] = []] = []] = await callsOf(runId)
    const text = entry?.call?.prompt ?? ''
    if (!isBlobRef(text)) throw new Error('the prompt is in the event')
    expect(text).toMatchObject({ bytes: long.length, sha256: entry?.call?.promptSha256 })
    expect(Buffer.from(await bench.store.readBlob(runId, text.ref)).toString()).toBe(long)
  })

  it('are left out, and that is said, when an event would be too large for the store', async () => {
    const prompt = () => ({ output: 'ho', usage: { cost: 1, remark: 'x'.repeat(2_000_000) } })
    const { runId, nodes } = await bench.run('- {id: ask, prompt: hi}', { prompt, recordTexts: true })
    expect(nodes.get('ask')).toMatchObject({ payload: { error: { code: 'outcome_too_large' } } })
    expect(await callsOf(runId)).toEqual([
      ['node_failed', 'ask', 1, [{ cost: 1, call: expect.objectContaining({ textsOmitted: 'too_large' }) }]],
    ])
  })

  it('leave room for what the call cost, however many models reported', async () => {
    const usage = Array.from({ length: 20_000 }, (_, n) => ({ model: `model-${n}`, cost: 0.5 }))
    const { usage: total } = await bench.run('- {id: ask, prompt: hi}', {
      prompt: () => ({ output: 'ho', usage }),
    })
    expect(total).toMatchObject({ calls: 1, cost: 10_000, unknownTokens: 1 })
  })

  it('have no secrets, and neither have the digests', async () => {
    const workflow = `name: leaky
secrets: [TOKEN]
nodes:
  - {id: ask, prompt: "use ${secret}", provider: "by ${secret}", output_format: {type: number}}
`
    const answers = [secret, '7']
    const { runId } = await bench.run('', { workflow, ...options, prompt: () => answers.shift() ?? '' })
    const [[, , , [entry] = []] = []] = await callsOf(runId)
    expect(entry?.call).toMatchObject({
      agent: 'by ***',
      prompt: 'use ***',
      output: '***',
      promptSha256: sha256('use ***'),
      outputSha256: sha256('***'),
    })
    expect(JSON.stringify(await bench.events(runId))).not.toContain(secret)
  })

  it('are hidden in blobs as well', async () => {
    const workflow = `name: leaky
secrets: [TOKEN]
nodes:
  - {id: ask, prompt: "${secret} ${'x'.repeat(5_000)}"}
`
    const { runId } = await bench.run('', { workflow, ...options, prompt: () => 'ho' })
    const [[, , , [entry] = []] = []] = await callsOf(runId)
    const text = entry?.call?.prompt ?? ''
    if (!isBlobRef(text)) throw new Error('the prompt is in the event')
    const kept = Buffer.from(await bench.store.readBlob(runId, text.ref)).toString()
    expect(kept).toMatch(/^\*\*\* x+$/)
    expect(sha256(kept)).toBe(entry?.call?.promptSha256)
  })

  it('are found in their blobs also when one secret is hidden beside the stars of another', async () => {
    const workflow = `name: leaky
secrets: [TOKEN, STARS]
nodes:
  - {id: ask, prompt: "a${secret} ${'x'.repeat(5_000)}"}
`
    const env = { ...options.env, STARS: 'a***' }
    const { runId } = await bench.run('', { workflow, ...options, env, prompt: () => 'ho' })
    const [[, , , [entry] = []] = []] = await callsOf(runId)
    const text = entry?.call?.prompt ?? ''
    if (!isBlobRef(text)) throw new Error('the prompt is in the event')
    expect(Buffer.from(await bench.store.readBlob(runId, text.ref)).toString()).toMatch(/^\*\*\* x+$/)
  })

  it('that are digits of a digest do not change it', async () => {
    const env = { ...process.env, TOKEN: sha256('hi').slice(0, 8) }
    const workflow = 'name: leaky\nsecrets: [TOKEN]\nnodes: [{id: ask, prompt: hi}]\n'
    const [entry] = await entries('', { workflow, env, prompt: () => 'ho' })
    expect(entry?.call?.promptSha256).toBe(sha256('hi'))
  })
})

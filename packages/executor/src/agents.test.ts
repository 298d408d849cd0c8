import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PromptHandler, PromptRequest } from './agent/prompt-handler.ts'
import type { LogEntry } from './options.ts'
import { resumeWorkflow } from './resume.ts'
import { type Bench, openBench } from './run-fixture.test-support.ts'

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})

/** An agent that gives these answers, one after the other, and keeps what it was asked. */
function scripted(...answers: Awaited<ReturnType<PromptHandler>>[]) {
  const asked: PromptRequest[] = []
  const prompt: PromptHandler = (request) => {
    asked.push(request)
    return answers[asked.length - 1] ?? 'no answer left'
  }
  return { asked, prompt }
}

describe('output_format', () => {
  const nodes = `- id: score
  prompt: How good is it?
  output_format: { type: object, properties: { score: { type: number } }, required: [score] }
- id: use
  depends_on: [score]
  bash: 'echo "got $score.output.score of $score.output"'`

  it('gives the schema to the agent, and the value as compact JSON to those who refer to it', async () => {
    const { asked, prompt } = scripted('```json\n{ "score": 7 }\n```')
    const { nodes: states, outputs } = await bench.run(nodes, { prompt })
    expect(outputs.get('score')).toBe('{"score":7}')
    expect(outputs.get('use')).toBe('got 7 of {"score":7}')
    expect(states.get('score')).toMatchObject({ payload: { structured: { score: 7 } } })
    const schema = { type: 'object', properties: { score: { type: 'number' } }, required: ['score'] }
    expect(asked).toMatchObject([
      { prompt: 'How good is it?', outputFormat: schema, agent: { output_format: schema } },
    ])
  })

  it('takes the structured part of an answer before its text', async () => {
    const { prompt } = scripted({ output: 'I would say seven', structured: { score: 7 } })
    expect((await bench.run(nodes, { prompt })).outputs.get('score')).toBe('{"score":7}')
  })

  it('asks again in the same conversation, with the reasons, and counts what all calls cost', async () => {
    const { asked, prompt } = scripted(
      { output: '{"score":"7"}', session: 's1', usage: { inputTokens: 1 } },
      { output: '{"score":7}', session: 's2', usage: { inputTokens: 2 } },
    )
    const { status, usage, nodes: states } = await bench.run(nodes, { prompt })
    expect(status).toBe('completed')
    expect(asked[1]).toMatchObject({
      session: 's1',
      prompt: expect.stringContaining('`score` must be number'),
    })
    expect(asked[1]?.prompt).not.toContain('How good is it?')
    expect(asked[1]?.idempotencyKey).not.toBe(asked[0]?.idempotencyKey)
    expect(usage).toMatchObject({ calls: 2, inputTokens: 3 })
    expect(states.get('score')).toMatchObject({ attempt: 1, payload: { session: 's2' } })
  })

  it('repeats the question where there is no conversation', async () => {
    const { asked, prompt } = scripted('seven', '{"score":7}')
    await bench.run(nodes, { prompt })
    expect(asked[1]?.prompt).toContain('How good is it?')
    expect(asked[1]?.prompt).toContain('seven')
    expect(asked[1]?.prompt).toContain('it is not JSON')
  })

  it('fails after three answers that do not fit, and is not retried', async () => {
    const bad = { output: '{}', usage: { cost: 0.5 } }
    const { asked, prompt } = scripted(bad, bad, bad, { output: '{"score":1}' })
    const { status, nodes: states, usage } = await bench.run(nodes, { prompt })
    expect(status).toBe('failed')
    expect(asked).toHaveLength(3)
    expect(states.get('score')).toMatchObject({
      payload: {
        output: '{}',
        error: { code: 'output_format', message: expect.stringContaining("required property 'score'") },
      },
    })
    expect(usage).toMatchObject({ calls: 3, cost: 1.5 })
  })

  it('keeps what was paid when asking again fails', async () => {
    let calls = 0
    const prompt: PromptHandler = () => {
      calls += 1
      if (calls > 1) throw new Error('gone')
      return { output: 'seven', usage: { cost: 0.5 } }
    }
    const { usage } = await bench.run(nodes, { prompt })
    expect(usage.cost).toBe(0.5)
  })

  it('keeps a value that is too long for an event with its output', async () => {
    const text = 'x'.repeat(100_000)
    const { prompt } = scripted({ output: '', structured: { score: 7, text } })
    const { outputs, nodes: states } = await bench.run(nodes, { prompt })
    expect(outputs.get('score')).toBe(JSON.stringify({ score: 7, text }))
    expect(states.get('score')?.status === 'completed' && states.get('score')).not.toHaveProperty(
      'payload.structured',
    )
  })
})

describe('context', () => {
  /** Answers with a conversation of the node's name, and notes which one it was given. */
  function conversing() {
    const given: { [node: string]: string | null } = {}
    const prompt: PromptHandler = ({ nodeId, session }) => {
      given[nodeId] = session
      return { output: nodeId, session: `of-${nodeId}` }
    }
    return { given, prompt }
  }

  it('is a new conversation unless something else is said', async () => {
    const { given, prompt } = conversing()
    await bench.run('- {id: a, prompt: x}\n- {id: b, depends_on: a, prompt: x}', { prompt })
    expect(given).toEqual({ a: null, b: null })
  })

  it('shared goes on with the nearest conversation upstream, in the order of depends_on', async () => {
    const { given, prompt } = conversing()
    await bench.run(
      `- {id: a, prompt: x}
- {id: b, prompt: x}
- {id: check, depends_on: [b, a], bash: ls}
- {id: far, depends_on: check, context: shared, prompt: x}
- {id: near, depends_on: [check, a], context: shared, prompt: x}`,
      { prompt },
    )
    expect(given).toMatchObject({ far: 'of-b', near: 'of-a' })
  })

  it('shared forks where branches part, and passes by what asks another agent', async () => {
    const { given, prompt } = conversing()
    await bench.run(
      `- {id: a, prompt: x}
- {id: left, depends_on: a, context: shared, prompt: x}
- {id: right, depends_on: a, context: shared, prompt: x}
- {id: other, depends_on: a, context: shared, provider: b, prompt: x}`,
      { prompt },
    )
    expect(given).toMatchObject({ left: 'of-a', right: 'of-a', other: null })
  })

  it('resume goes on with the node that is named; a loop begins with it', async () => {
    const { given, prompt } = conversing()
    await bench.run(
      `- {id: a, prompt: x}
- {id: b, depends_on: a, prompt: x}
- {id: c, depends_on: b, context: {resume: a}, prompt: x}
- {id: d, depends_on: b, context: {resume: a}, loop: {prompt: x, until: Y, max_iterations: 2}}`,
      { prompt },
    )
    expect(given).toMatchObject({ c: 'of-a', 'd/1': 'of-a', 'd/2': 'of-d/1' })
  })

  it('says so when there is no conversation to go on with', async () => {
    const notes: LogEntry[] = []
    await bench.run('- {id: a, prompt: x}\n- {id: b, depends_on: a, context: {resume: a}, prompt: x}', {
      prompt: () => 'x',
      onLog: (entry) => notes.push(entry),
    })
    expect(notes).toMatchObject([{ nodeId: 'b', level: 'warn', message: expect.stringContaining('`a`') }])
  })

  it('outlives the process', async () => {
    const { given, prompt } = conversing()
    const paused = await bench.run(
      `- {id: a, prompt: x}
- {id: wait, depends_on: a, bash: test -e go}
- {id: b, depends_on: wait, context: shared, prompt: x}`,
      { prompt },
    )
    expect(paused.status).toBe('failed')
    const { store, cwd } = bench
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(cwd, 'go'), '')
    await resumeWorkflow({ store, runId: paused.runId, prompt })
    expect(given).toEqual({ a: null, b: 'of-a' })
  })
})

describe('what a prompt handler notes', () => {
  it('is a line of the log and a call of onLog', async () => {
    const notes: LogEntry[] = []
    const artifactsDir = join(bench.cwd, 'runs')
    const { runId } = await bench.run('- {id: a, prompt: x}', {
      artifactsDir,
      onLog: (entry) => notes.push(entry),
      prompt(_request, { write, log }) {
        write('half a line')
        log('info', 'one')
        log('debug', 'two', { tokens: 3 })
        write('the rest')
        return 'x'
      },
    })
    const text = await readFile(join(artifactsDir, runId, 'logs/a/attempt-1.log'), 'utf8')
    expect(text).toBe('half a line\n[info] one\n[debug] two {"tokens":3}\nthe rest')
    expect(notes).toEqual([
      { runId, nodeId: 'a', attempt: 1, level: 'info', message: 'one' },
      { runId, nodeId: 'a', attempt: 1, level: 'debug', message: 'two', data: { tokens: 3 } },
    ])
  })
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PromptHandler } from './agent/prompt-handler.ts'
import { type Bench, openBench, workflowOf } from './run-fixture.test-support.ts'

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})

/** A prompt handler that gives these answers in turn, and keeps what it was asked. */
function answers(...texts: string[]): { prompt: PromptHandler; asked: string[] } {
  const asked: string[] = []
  const prompt: PromptHandler = ({ prompt: text }) => {
    asked.push(text)
    return texts[asked.length - 1] ?? ''
  }
  return { prompt, asked }
}

describe('a run', () => {
  it('completes, with the output of every node', async () => {
    const result = await bench.run(`
- id: a
  bash: echo one
- id: b
  depends_on: [a]
  bash: echo "$a.output two"`)
    expect(result.status).toBe('completed')
    expect(Object.fromEntries(result.outputs)).toEqual({ a: 'one', b: 'one two' })
    expect(await bench.log(result.runId)).toEqual([
      'workflow_started',
      'node_started a',
      'node_completed a',
      'node_started b',
      'node_completed b',
      'workflow_completed',
    ])
  })

  it('needs one commit a node in a chain', async () => {
    const nodes = Array.from(
      { length: 20 },
      (_, index) => `
- id: n${index}
  ${index > 0 ? `depends_on: [n${index - 1}]` : ''}
  bash: 'true'`,
    ).join('')
    const result = await bench.run(nodes)
    const commits = new Set((await bench.events(result.runId)).map(({ commitId }) => commitId))
    // The start, the first node's start, one for each node; the last one has the end with it.
    expect(commits.size).toBe(20 + 2)
  })

  it('starts a node the moment its own dependencies have settled', async () => {
    const result = await bench.run(`
- id: slow
  bash: sleep 0.4
- id: fast
  bash: 'true'
- id: after-fast
  depends_on: [fast]
  bash: 'true'`)
    const log = await bench.log(result.runId)
    expect(log.indexOf('node_completed after-fast')).toBeLessThan(log.indexOf('node_completed slow'))
  })

  it('runs no more bodies at once than max_parallel', async () => {
    let running = 0
    let most = 0
    const prompt: PromptHandler = async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 20))
      running -= 1
      return ''
    }
    const nodes = Array.from({ length: 6 }, (_, index) => `\n- {id: n${index}, prompt: hi}`).join('')
    const result = await bench.run(nodes, { prompt, maxParallel: 2 })
    expect(result.status).toBe('completed')
    expect(most).toBe(2)
  })

  it('fails when a node fails, skips what depends on it, and says why', async () => {
    const result = await bench.run(`
- id: a
  bash: echo partial; echo broken >&2; exit 3
- id: b
  depends_on: [a]
  bash: echo never`)
    expect(result.status).toBe('failed')
    expect(result.error).toMatchObject({
      code: 'node_failed',
      message: 'a: the script exited with 3: broken',
    })
    expect(result.nodes.get('a')).toMatchObject({
      status: 'failed',
      payload: { exitCode: 3, output: 'partial' },
    })
    expect(result.nodes.get('b')).toMatchObject({
      status: 'skipped',
      payload: {
        becauseOfFailure: true,
        reason: { rule: 'all_success', upstream: [{ node: 'a', status: 'failed' }] },
      },
    })
  })

  it('goes on over a failure that is allowed, which others can read', async () => {
    const result = await bench.run(`
- id: lint
  allow_failure: true
  bash: echo warnings; exit 2
- id: report
  depends_on: [lint]
  bash: echo "$lint.status $lint.exit_code $lint.output"`)
    expect(result.status).toBe('completed')
    expect(result.outputs.get('report')).toBe('failed 2 warnings')
  })

  it('skips a node whose condition does not hold, and keeps the values that decided', async () => {
    const result = await bench.run(`
- id: a
  bash: echo '{"kind":"bug"}'
- id: fix
  depends_on: [a]
  when: $a.output.kind == 'feature'
  bash: echo never
- id: done
  depends_on: [fix]
  trigger_rule: all_done
  bash: echo "[$fix.output]"`)
    expect(result.outputs.get('done')).toBe('[]')
    expect(result.nodes.get('fix')).toMatchObject({
      status: 'skipped',
      payload: { reason: { rule: 'when', comparisons: [{ left: 'bug', right: 'feature', holds: false }] } },
    })
  })

  it('fails a node whose condition refers to a field of a skipped node', async () => {
    const result = await bench.run(`
- id: a
  bash: echo x
- id: b
  depends_on: [a]
  when: $a.output == 'y'
  bash: echo '{}'
- id: c
  depends_on: [b]
  trigger_rule: all_done
  when: $b.output.field == 'z'
  bash: echo never`)
    expect(result.nodes.get('c')).toMatchObject({
      status: 'failed',
      payload: { error: { code: 'unresolved_reference' } },
    })
  })

  it('is cancelled by a cancel node, and what runs beside it is ended', async () => {
    const result = await bench.run(`
- id: long
  bash: sleep 30
- id: check
  bash: echo too old
- id: stop
  depends_on: [check]
  cancel: "the version is $check.output"`)
    expect(result).toMatchObject({ status: 'cancelled', reason: 'the version is too old' })
    expect(result.nodes.get('long')).toMatchObject({
      status: 'failed',
      payload: { error: { code: 'cancelled' } },
    })
  })
})

describe('retries', () => {
  it('run a body again, and its last attempt counts', async () => {
    const result = await bench.run(`
- id: flaky
  retry: {max_attempts: 2, delay_ms: 10, on_error: all}
  bash: echo "$ION_ATTEMPT $ION_IDEMPOTENCY_KEY"; test "$ION_ATTEMPT" = 3`)
    expect(result.outputs.get('flaky')).toBe(`3 ${result.runId}:flaky`)
    const failures = (await bench.events(result.runId)).filter(({ type }) => type === 'node_failed')
    expect(failures.map(({ payload }) => payload)).toMatchObject([
      { attempt: 1, willRetry: true },
      { attempt: 2, willRetry: true },
    ])
  })

  it('leave a script alone that fails for good', async () => {
    const result = await bench.run(`
- id: a
  retry: {max_attempts: 5, delay_ms: 10}
  bash: exit 1`)
    expect(result.nodes.get('a')).toMatchObject({ status: 'failed', attempt: 1 })
  })

  it('take exit code 75 for a failure that passes', async () => {
    const result = await bench.run(`
- id: a
  retry: {max_attempts: 1, delay_ms: 10}
  bash: test "$ION_ATTEMPT" = 2 || exit 75`)
    expect(result.status).toBe('completed')
  })

  it('ask an agent again, by default, when its connection broke', async () => {
    let calls = 0
    const prompt: PromptHandler = () => {
      calls += 1
      if (calls === 1) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
      return 'fine'
    }
    const result = await bench.run(
      `
- id: a
  retry: {max_attempts: 2, delay_ms: 10}
  prompt: hello`,
      { prompt },
    )
    expect(result.outputs.get('a')).toBe('fine')
  })
})

describe('limits', () => {
  it('end a body that takes too long, with every process it started', async () => {
    const result = await bench.run(`
- id: a
  timeout: 200
  bash: (trap '' TERM; sleep 31) & trap '' TERM; sleep 31`)
    expect(result.nodes.get('a')).toMatchObject({ status: 'failed', payload: { error: { code: 'timeout' } } })
    expect(await processesOf(result.runId)).toEqual([])
  })

  it('end a body that is silent for too long, and leave one alone that is not', async () => {
    const result = await bench.run(`
- id: silent
  idle_timeout: 300
  bash: sleep 32
- id: chatty
  idle_timeout: 300
  bash: for i in 1 2 3 4 5; do echo $i; sleep 0.1; done`)
    expect(result.nodes.get('silent')).toMatchObject({
      status: 'failed',
      payload: { error: { code: 'idle_timeout' } },
    })
    expect(result.nodes.get('chatty')?.status).toBe('completed')
  })

  it('fail a body that prints more than is kept, name its log, and have all of it there', async () => {
    const result = await bench.run(
      `
- id: a
  bash: head -c 100000 /dev/zero | tr '\\0' x`,
      { maxOutputBytes: 50_000 },
    )
    const state = result.nodes.get('a')
    expect(state).toMatchObject({ status: 'failed', payload: { error: { code: 'output_too_large' } } })
    const log = join(bench.cwd, '.ion/runs', result.runId, 'logs/a/attempt-1.log')
    expect((await readFile(log)).length).toBe(100_000)
    expect(JSON.stringify(state)).toContain(log)
  })

  it('do not wait for a process that is left in the background', async () => {
    const began = Date.now()
    const result = await bench.run(`
- id: a
  bash: echo started; sleep 20 &`)
    expect(result.outputs.get('a')).toBe('started')
    expect(Date.now() - began).toBeLessThan(15_000)
    for (const pid of await processesOf(result.runId)) process.kill(pid, 'SIGKILL')
  })

  it('give a body no stdin to hang on', async () => {
    const result = await bench.run(`
- id: a
  bash: cat; echo done`)
    expect(result.outputs.get('a')).toBe('done')
  })
})

describe('prompts', () => {
  it('send the text with its references resolved, and the keys for the agent', async () => {
    let seen: unknown
    const prompt: PromptHandler = (request) => {
      seen = request
      return { output: 'ok', usage: { model: 'm', inputTokens: 3, outputTokens: 5, cost: 0.25 } }
    }
    const result = await bench.run(
      `
- id: a
  bash: echo data
- id: b
  depends_on: [a]
  model: large
  prompt: "Look at $a.output for \${ARGUMENTS}; \\\\$ARGUMENTS and $HOME stay."`,
      { prompt, arguments: 'me & $a.output' },
    )
    expect(seen).toMatchObject({
      prompt: 'Look at data for me & $a.output; $ARGUMENTS and $HOME stay.',
      nodeId: 'b',
      attempt: 1,
      agent: { model: 'large' },
      idempotencyKey: `${result.runId}:b`,
    })
    expect(result.usage).toMatchObject({ calls: 1, inputTokens: 3, outputTokens: 5, cost: 0.25 })
  })

  it('send the text of a command file', async () => {
    const { prompt, asked } = answers('ok')
    const result = await bench.run(`\n- {id: a, command: review}`, {
      prompt,
      arguments: 'this',
      commands: { review: 'Review $ARGUMENTS.\n' },
    })
    expect(result.status).toBe('completed')
    expect(asked).toEqual(['Review this.\n'])
  })

  it('stream to the log and to whoever watches', async () => {
    const chunks: string[] = []
    const prompt: PromptHandler = (_, { write }) => {
      write('thin')
      write('king')
      return 'done'
    }
    const result = await bench.run(`\n- {id: a, prompt: hi}`, {
      prompt,
      onOutput: ({ stream, bytes }) => chunks.push(`${stream}:${Buffer.from(bytes)}`),
    })
    expect(chunks).toEqual(['agent:thin', 'agent:king'])
    const log = join(bench.cwd, '.ion/runs', result.runId, 'logs/a/attempt-1.log')
    expect(await readFile(log, 'utf8')).toBe('thinking')
  })

  it('fail with an answer that is unusable', async () => {
    const prompt = (() => ({ output: 7 })) as unknown as PromptHandler
    const result = await bench.run(`\n- {id: a, prompt: hi}`, { prompt })
    expect(result.nodes.get('a')).toMatchObject({
      status: 'failed',
      payload: { error: { code: 'agent_answer' } },
    })
  })
})

describe('loops', () => {
  it('repeat until the answer says so, and hand on what the iteration before said', async () => {
    const { prompt, asked } = answers('first', 'second\nDONE')
    const result = await bench.run(
      `
- id: refine
  loop:
    prompt: "Before: $LOOP_PREV_OUTPUT"
    until: DONE
    max_iterations: 5`,
      { prompt },
    )
    expect(asked).toEqual(['Before: ', 'Before: first'])
    expect(result.outputs.get('refine')).toBe('second\nDONE')
    expect(await bench.log(result.runId)).toEqual([
      'workflow_started',
      'node_started refine',
      'node_started refine/1',
      'node_completed refine/1',
      'node_started refine/2',
      'node_completed refine/2',
      'node_completed refine',
      'workflow_completed',
    ])
    const ends = (await bench.events(result.runId)).filter(
      ({ nodeId, type }) => type === 'node_completed' && nodeId !== 'refine',
    )
    expect(ends.map(({ payload }) => payload)).toMatchObject([
      { last: false },
      { last: true, channel: 'until' },
    ])
  })

  it('ask a script whether they are done', async () => {
    const { prompt } = answers('1', '22', '333')
    const result = await bench.run(
      `
- id: grow
  loop:
    prompt: go
    until_bash: test "\${#LOOP_PREV_OUTPUT}" -ge 2
    max_iterations: 5`,
      { prompt },
    )
    expect(result.outputs.get('grow')).toBe('22')
    expect(result.nodes.get('grow')).toMatchObject({ payload: { iterations: 2, channel: 'until_bash' } })
  })

  it('fail when they are exhausted, and keep the last output', async () => {
    const { prompt } = answers('a', 'b', 'c')
    const result = await bench.run(`\n- {id: l, loop: {prompt: go, until: DONE, max_iterations: 2}}`, {
      prompt,
    })
    expect(result.nodes.get('l')).toMatchObject({
      status: 'failed',
      payload: { output: 'b', error: { code: 'loop_exhausted' } },
    })
  })

  it('say with a structured answer what is not done when they are exhausted', async () => {
    const { prompt } = answers('{"ok":false,"why":"no tests"}')
    const result = await bench.run(
      `
- id: l
  output_format: {type: object, properties: {ok: {type: boolean}}, required: [ok]}
  loop: {prompt: go, until_field: ok, max_iterations: 1}`,
      { prompt },
    )
    const message = 'not done after 1 iteration; the last answer: {"ok":false,"why":"no tests"}'
    expect(result.nodes.get('l')).toMatchObject({ payload: { error: { message } } })
  })

  it('keep the conversation from one iteration to the next, unless each is to be fresh', async () => {
    const sessions: (string | null)[] = []
    const prompt: PromptHandler = ({ session }) => {
      sessions.push(session)
      return { output: sessions.length % 2 === 0 ? 'DONE' : 'more', session: `s${sessions.length}` }
    }
    await bench.run(`\n- {id: l, loop: {prompt: go, until: DONE, max_iterations: 3}}`, { prompt })
    await bench.run(`\n- {id: l, loop: {prompt: go, until: DONE, max_iterations: 3, fresh_context: true}}`, {
      prompt,
    })
    expect(sessions).toEqual([null, 's1', null, null])
  })
})

describe('variables', () => {
  it('are in the environment of processes', async () => {
    const result = await bench.run(
      `
- id: a
  env: {GREETING: "hi $INPUTS.who"}
  bash: echo "$ARGUMENTS|$USER_MESSAGE|$INPUTS_WHO|$WORKFLOW_ID|$BASE_BRANCH|$GREETING|$ION_NODE_ID"; echo x > "$ARTIFACTS_DIR/made"`.replace(
        '\n-',
        '\n-',
      ),
      {
        workflow: `name: t\ninputs: {who: {default: you}}\n${workflowOf(`
- id: a
  env: {GREETING: "hi $INPUTS.who"}
  bash: echo "$ARGUMENTS|$USER_MESSAGE|$INPUTS_WHO|$WORKFLOW_ID|$BASE_BRANCH|$GREETING|$ION_NODE_ID"; echo x > "$ARTIFACTS_DIR/made"`).replace(
          'name: test\n',
          '',
        )}`,
        arguments: 'do it',
        variables: { BASE_BRANCH: 'main' },
      },
    )
    expect(result.outputs.get('a')).toBe(`do it|do it|you|${result.runId}|main|hi you|a`)
    expect(await readdir(join(bench.cwd, '.ion/runs', result.runId, 'artifacts'))).toEqual(['made'])
  })

  it('that the host gives no value for are an error before anything is created', async () => {
    const run = bench.run(`\n- {id: a, bash: 'git diff "$BASE_BRANCH"'}`)
    await expect(run).rejects.toMatchObject({
      code: 'missing_variable',
      details: { variables: ['BASE_BRANCH'] },
    })
    expect((await bench.store.listWorkflowRuns({}, { limit: 10 })).items).toEqual([])
  })
})

describe('what is refused before anything is created', () => {
  it.each([
    ['an invalid workflow', { workflow: 'nodes: 3' }, 'invalid_workflow'],
    ['an agent that is missing', { workflow: workflowOf('\n- {id: a, prompt: hi}') }, 'missing_agent'],
    ['an input that is not declared', { inputs: { nope: 'x' } }, 'invalid_input'],
    [
      'a command file that is missing',
      { workflow: workflowOf('\n- {id: a, command: nowhere}') },
      'missing_command',
    ],
  ])('%s', async (_, options, code) => {
    await expect(bench.run(`\n- {id: a, bash: 'true'}`, options)).rejects.toMatchObject({ code })
    expect((await bench.store.listWorkflowRuns({}, { limit: 10 })).items).toEqual([])
  })
})

/** Processes whose environment names the run. */
async function processesOf(runId: string): Promise<number[]> {
  const pids: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '')
    if (environment.includes(`ION_RUN_ID=${runId}`)) pids.push(Number(name))
  }
  return pids
}

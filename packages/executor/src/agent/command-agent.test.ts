import { beforeEach, describe, expect, it } from 'vitest'
import { type Bench, openBench } from '../run-fixture.test-support.ts'
import { type CommandAgentOptions, createCommandAgent } from './command-agent.ts'

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})

/** Asks an agent with one node; its failures are not retried. */
async function ask(
  options: CommandAgentOptions,
  { prompt = 'hello', keys = '' }: { prompt?: string; keys?: string } = {},
) {
  const nodes = `- {id: a, prompt: ${JSON.stringify(prompt)}, retry: {max_attempts: 0}${keys}}`
  const result = await bench.run(nodes, { prompt: createCommandAgent(options) })
  return { ...result, output: result.outputs.get('a'), node: result.nodes.get('a') }
}

/** A program that shows what it was started with: its arguments, one a line, and its stdin. */
const showing = ['bash', '-c', 'printf "<%s>" "$@"; printf " %s" "$(cat)"', 'show']

describe('an agent that is a command', () => {
  it('gets the prompt on stdin, or as its last argument', async () => {
    expect((await ask({ command: showing })).output).toBe('<> hello')
    expect((await ask({ command: showing, input: 'argument' })).output).toBe('<hello> ')
  })

  it('is read by a shell when it is a text, and by none when it is a list', async () => {
    expect((await ask({ command: 'cat | tr a-z A-Z' })).output).toBe('HELLO')
    expect((await ask({ command: ['echo', '$HOME | cat'] })).output).toBe('$HOME | cat')
    expect((await ask({ command: 'echo', input: 'argument' }, { prompt: "it's $HOME; `x`" })).output).toBe(
      "it's $HOME; `x`",
    )
  })

  it('gets on stdin what is too long for an argument', async () => {
    const prompt = 'x'.repeat(128 * 1024)
    const { output } = await ask({ command: ['wc', '-c'], input: 'argument' }, { prompt })
    expect(output?.trim()).toBe(String(prompt.length))
  })

  it('is told the model, the schema and the conversation, by arguments in this order', async () => {
    const args = {
      model: ['-m', '{model}'],
      schema: ['--schema={schema}'],
      resume: ['resume', '{session}', '{x}'],
    }
    const output = { format: 'json', text: 'text', session: 'text' } as const
    const script = 'console.log(JSON.stringify({ text: process.argv.slice(1).join("|") }))'
    const command = [process.execPath, '-e', script, '--']
    const { nodes } = await bench.run(
      `- {id: a, prompt: x, model: "{session}"}
- {id: b, depends_on: a, prompt: x, model: small, context: shared}`,
      { prompt: createCommandAgent({ command, args, output }) },
    )
    expect(nodes.get('a')).toMatchObject({ payload: { output: '-m|{session}' } })
    expect(nodes.get('b')).toMatchObject({ payload: { output: '-m|small|resume|-m|{session}|{x}' } })
  })

  it('is given the schema as a file that is gone afterwards', async () => {
    const args = { schema: ['{schema_file}'] }
    const command = ['bash', '-c', 'echo "$1" > file.txt; cat "$1"', 'x']
    const { output } = await ask({ command, args }, { keys: ', output_format: {const: {const: {}}}' })
    expect(output).toBeUndefined()
    const seen = await ask({ command, args }, { keys: ', output_format: {type: object}' })
    expect(seen.output).toBe('{"type":"object"}')
    const gone = await bench.run('- {id: a, bash: "! test -e \\"$(cat file.txt)\\""}')
    expect(gone.status).toBe('completed')
  })

  it('finds the schema in the prompt when it takes no argument for it', async () => {
    const { node } = await ask({ command: 'cat' }, { keys: ', output_format: {type: object}' })
    expect(node).toMatchObject({
      payload: { output: expect.stringContaining('JSON Schema:\n{"type":"object"}') },
    })
  })
})

describe('an agent that prints JSON', () => {
  const json = (value: unknown, then = '') => `cat > /dev/null; printf '%s' '${JSON.stringify(value)}'${then}`

  it('says where the answer, the conversation and the cost are', async () => {
    const { node, usage } = await ask({
      command: json({
        all: [{ said: 'no' }, { said: 'yes' }],
        id: 's',
        n: { in: 1, out: 2 },
        usd: 0.5,
        m: 'big',
      }),
      output: {
        format: 'json',
        text: 'all[-1].said',
        session: 'id',
        usage: { model: 'm', inputTokens: 'n.in', outputTokens: 'n.out', cost: 'usd' },
      },
    })
    expect(node).toMatchObject({ payload: { output: 'yes', session: 's' } })
    expect(usage.models.get('big')).toMatchObject({ calls: 1, inputTokens: 1, outputTokens: 2, cost: 0.5 })
  })

  it('may have talked before', async () => {
    const command = `echo 'Loaded credentials.'; ${json({ text: 'yes' })}`
    expect((await ask({ command, output: { format: 'json', text: 'text' } })).output).toBe('yes')
  })

  it('may print a line for each event: the last one counts that has what is looked for', async () => {
    const lines = [
      { type: 'message', text: 'first' },
      { type: 'message', text: 'last' },
      { type: 'thought', text: 'hm' },
    ]
    const command = lines.map((line) => `echo '${JSON.stringify(line)}'`).join('; echo noise; ')
    const text = { path: 'text', where: { type: 'message' } }
    expect((await ask({ command, output: { format: 'jsonl', text } })).output).toBe('last')
  })

  it.each([
    ['its words', { error: 'overloaded' }, 'reported a failure: overloaded'],
    ['a message', { error: { message: 'no quota' } }, 'reported a failure: no quota'],
    ['true, with the reason as text', { error: true, text: 'too long' }, 'reported a failure: too long'],
  ])('has failed when it says so: %s', async (_what, value, message) => {
    const { node } = await ask({
      command: json(value),
      output: { format: 'json', text: 'text', error: 'error' },
    })
    expect(node).toMatchObject({
      status: 'failed',
      payload: { error: { code: 'agent_failed', message: expect.stringContaining(message) } },
    })
  })

  it('has failed by its exit code, also when it says nothing; what it cost is kept', async () => {
    const output = { format: 'json', text: 'text', error: 'error', usage: { cost: 'usd' } } as const
    const { node, usage } = await ask({ command: json({ usd: 2, error: 'busy' }, '; exit 7'), output })
    expect(node).toMatchObject({
      payload: { exitCode: 7, error: { message: expect.stringMatching(/exited with 7: busy$/) } },
    })
    expect(usage.cost).toBe(2)
    const silent = await ask({ command: 'echo why >&2; exit 9', output })
    expect(silent.node).toMatchObject({ payload: { error: { message: expect.stringMatching(/9: why$/) } } })
  })

  it('says why on stderr, as JSON', async () => {
    const command = `echo 'warning' >&2; echo '{"error": {"message": "bad key"}}' >&2; exit 41`
    const { node } = await ask({ command, output: { format: 'json', text: 'text', error: 'error.message' } })
    expect(node).toMatchObject({ payload: { error: { message: expect.stringMatching(/41: bad key$/) } } })
  })

  it.each([
    ['no JSON', 'echo Sorry', /printed "Sorry"/],
    ['nothing', 'true', /printed nothing/],
    ['no answer', json({ other: 1 }), /no answer at `text`/],
  ])('gives no answer with %s', async (_what, command, message) => {
    const { node } = await ask({ command, output: { format: 'json', text: 'text' } })
    expect(node).toMatchObject({
      payload: { error: { code: 'agent_answer', message: expect.stringMatching(message) } },
    })
  })
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FilesystemStore } from '@ion/store-fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCommandAgent } from '../agent/command-agent.ts'
import type { PromptHandler } from '../agent/prompt-handler.ts'
import { approveWorkflow } from '../answer.ts'
import { cancelWorkflow } from '../cancel.ts'
import { executeWorkflow } from '../execute.ts'
import { NodeFailure } from '../node-failure.ts'
import type { ExecuteOptions } from '../options.ts'
import type { RunResult } from '../result.ts'
import { resumeWorkflow } from '../resume.ts'
import { scratchFolder } from '../run-fixture.test-support.ts'
import { secretForms } from './secret-forms.ts'

const token = 'tok-4f"9/é+71'
const pin = '47110815'
const key = `-----BEGIN KEY-----\n${'c2VjcmV0'.repeat(12)}\n-----END KEY-----`
const forms = [token, pin, key].flatMap((value) => [...secretForms(value)])

/** What is seen of a run while it goes on, as bytes. */
let watched: Buffer[]
let store: FilesystemStore
let cwd: string

beforeEach(async () => {
  watched = []
  cwd = await scratchFolder()
  store = new FilesystemStore({ artifactsDir: join(cwd, 'runs') })
})

const env = { ...process.env, API_TOKEN: token, PIN: pin, KEY: key }

function see(value: unknown): void {
  watched.push(Buffer.from(JSON.stringify(value, showMaps)))
}

function showMaps(_: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value instanceof Set ? [...value] : value
}

async function run(nodes: string, options: Partial<ExecuteOptions> = {}): Promise<RunResult> {
  const streams = new Map<string, Buffer[]>()
  const result = await executeWorkflow({
    store,
    cwd,
    env,
    workflow: `name: leaky\nsecrets: [API_TOKEN, PIN, KEY]\nnodes:\n${nodes}`,
    killAfterMs: 500,
    onEvent: see,
    onLog: see,
    onOutput({ nodeId, stream, bytes }) {
      const name = `${nodeId} ${stream}`
      streams.set(name, [...(streams.get(name) ?? []), Buffer.from(bytes)])
    },
    ...options,
  })
  see(result)
  for (const chunks of streams.values()) watched.push(Buffer.concat(chunks))
  return result
}

/** Every file of the runs, and all that was watched. */
async function everything(): Promise<Buffer[]> {
  const names = await readdir(join(cwd, 'runs'), { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile())
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))))
  return [...watched, ...texts]
}

async function expectNoSecret(except: readonly string[] = []): Promise<void> {
  const all = await everything()
  const shown = forms.filter((form) => !except.includes(form) && all.some((bytes) => bytes.includes(form)))
  expect(shown).toEqual([])
  expect(all.some((bytes) => bytes.includes('***'))).toBe(true)
}

describe('a secret of the environment', () => {
  it.each<[string, string]>([
    ['output', 'echo "$API_TOKEN $PIN"'],
    ['several lines', 'sed "s/^/> /" <<<"$KEY"'],
    ['output that is kept beside its event', 'for n in $(seq 9000); do echo "$API_TOKEN"; done'],
    ['pieces', 'for ((i = 0; i < ${#API_TOKEN}; i++)); do printf %s "${API_TOKEN:i:1}"; sleep 0.02; done'],
    [
      'pieces on both streams',
      'printf %s "${API_TOKEN:0:5}"; sleep 0.1; echo "${API_TOKEN:5}" >&2; echo; echo "$API_TOKEN"',
    ],
    ['stderr and the message of a failure', 'echo "no: $API_TOKEN" >&2; exit 3'],
    ['a trace of the shell', 'set -x; : "$API_TOKEN" "$PIN"'],
    ['base64', 'printf %s "$KEY" | base64; echo "$API_TOKEN" | base64 -w0'],
    ['the end of a long stderr', 'for n in $(seq 400); do echo "$API_TOKEN $n"; done >&2; exit 1'],
  ])('is in none of what is shown or kept: %s', async (_, script) => {
    await run(`  - id: leak\n    bash: |\n      ${script}\n`)
    await expectNoSecret()
  })

  it('reaches processes and agents, and is masked in what comes back', async () => {
    let seen = ''
    const prompt: PromptHandler = ({ prompt: text }, { env: given, write, log }) => {
      seen = `${given.API_TOKEN}`
      for (const character of `streamed ${token}`) write(character)
      log('info', `noted ${token}`, { [token]: [token, Number(pin)] })
      return {
        output: `${text}: ${token}`,
        structured: { [token]: [token, Number(pin)] },
        usage: { model: token, inputTokens: Number(pin) },
        session: `of ${token}`,
      }
    }
    const result = await run('  - id: ask\n    prompt: Say it\n', { prompt })
    expect(seen).toBe(token)
    expect(result.outputs.get('ask')).toBe('Say it: ***')
    // What a call cost is counted on, and stays.
    expect(result.usage.inputTokens).toBe(Number(pin))
    await expectNoSecret([pin])
  })

  it('is masked in what an agent fails with', async () => {
    const prompt: PromptHandler = () => {
      throw new NodeFailure('no_luck', `said ${token}`, { output: token, details: { [token]: token } })
    }
    const result = await run('  - id: ask\n    prompt: Say it\n    retry: {max_attempts: 0}\n', { prompt })
    expect(result.nodes.get('ask')).toMatchObject({
      payload: { error: { code: 'no_luck', message: 'said ***' } },
    })
    await expectNoSecret()
  })

  it('is not shown in part where an agent that prints no JSON is quoted', async () => {
    const command = 'printf "%0180d " 1; echo "$KEY $API_TOKEN"'
    const prompt = createCommandAgent({ command, output: { format: 'json' } })
    await run('  - id: ask\n    prompt: Say it\n    retry: {max_attempts: 0}\n', { prompt })
    await expectNoSecret()
    const parts = (await everything()).filter((bytes) => bytes.includes(key.slice(0, 12)))
    expect(parts).toEqual([])
  })

  it('is masked in gates, their answers, skips and reasons, also after a resume', async () => {
    const result = await run(
      `
  - {id: leak, bash: 'echo "$API_TOKEN"'}
  - {id: skip, depends_on: leak, when: $INPUTS.word == 'x', bash: ls}
  - {id: gate, depends_on: leak, approval: {message: "$INPUTS.word?", capture_response: true}}
  - {id: stop, depends_on: gate, cancel: "because $INPUTS.word $gate.output"}
`.replaceAll('$INPUTS.word', '$leak.output'),
    )
    expect(result.gates).toMatchObject([{ message: '***?' }])
    const { runId } = result
    await approveWorkflow({ store, runId, env, text: `yes ${token}`, by: `ada ${token}` })
    const resumed = await resumeWorkflow({ store, runId, env, onEvent: see })
    see(resumed)
    expect(resumed).toMatchObject({ status: 'cancelled', reason: 'because *** yes ***' })
    await expectNoSecret()
  })

  it('is masked in the reason of a cancel', async () => {
    const { runId } = await run('  - {id: gate, approval: {message: Go?}}\n')
    await cancelWorkflow({ store, runId, env, reason: `for ${token}`, by: token })
    await expectNoSecret()
  })

  it('is not given on: a node that depends on an output with a secret gets the mask', async () => {
    const result = await run(`
  - {id: leak, bash: 'echo "$API_TOKEN"'}
  - {id: reader, depends_on: leak, bash: 'test $leak.output = "***" && echo masked'}
`)
    expect(result.outputs.get('reader')).toBe('masked')
  })

  it('is shown to no watcher by what a run was started with, which its log keeps for a resume', async () => {
    const variables = { DOCS_DIR: `/docs/${token}` }
    const { runId } = await run('  - {id: where, bash: ls}\n', { variables })
    expect(watched.some((bytes) => bytes.includes('/docs/***'))).toBe(true)
    expect(watched.filter((bytes) => forms.some((form) => bytes.includes(form)))).toEqual([])
    const [started] = await store.getWorkflowEvents(runId, { limit: 1 })
    expect(started).toMatchObject({ payload: { variables } })
  })

  it('does not change what Ion itself says, though it be the same word', async () => {
    const words = { ...env, API_TOKEN: 'bash', PIN: 'approve', KEY: 'exit_code' }
    const { runId, nodes } = await run(
      '  - {id: fails, bash: "echo bash; exit 1", allow_failure: true}\n  - {id: gate, approval: {message: approve?}}\n',
      { env: words },
    )
    expect(nodes.get('fails')).toMatchObject({ payload: { output: '***', error: { code: 'exit_code' } } })
    await approveWorkflow({ store, runId, env: words })
    expect(await resumeWorkflow({ store, runId, env: words })).toMatchObject({ status: 'completed' })
  })
})

describe('a secret input', () => {
  const workflow = `name: x
inputs: {key: {required: true}, more: {type: json}}
secrets: [INPUTS.key, INPUTS.more]
nodes:
  - {id: leak, bash: 'echo $INPUTS.key; echo "$INPUTS_MORE"; echo second-hand; echo open'}
`

  it('is masked where it is shown, with all that is in it, and kept in the record for a resume', async () => {
    const inputs = { key: 'hush-hush', more: { a: ['second-hand'], b: 1 } }
    const result = await executeWorkflow({ store, cwd, workflow, inputs, onEvent: see })
    see(result)
    expect(result.outputs.get('leak')).toBe('***\n***\n***\nopen')
    expect(watched.some((bytes) => bytes.includes('hush-hush') || bytes.includes('second-hand'))).toBe(false)
    expect((await store.getWorkflowRun(result.runId))?.inputs).toEqual(inputs)
  })

  it('is not named by the error that refuses it', async () => {
    const strict = workflow.replace('{required: true}', '{required: true, enum: [a, b]}')
    const started = executeWorkflow({ store, cwd, workflow: strict, inputs: { key: 'hush-hush' } })
    await expect(started).rejects.toThrow(/must be one of/)
    await expect(started).rejects.not.toThrow(/hush-hush/)
  })
})

describe('the start of a run', () => {
  const start = async (options: Partial<ExecuteOptions>) => {
    const events: { type: string; payload: { [name: string]: unknown } }[] = []
    const workflow = `name: x
inputs: {word: a}
secrets:
  - API_TOKEN
nodes: [{id: a, bash: "echo x"}]
`
    const onEvent = (event: (typeof events)[number]) => events.push(event)
    const result = await executeWorkflow({ store, cwd, workflow, onEvent, ...options })
    expect(result.status).toBe('completed')
    return events.find(({ type }) => type === 'workflow_started')?.payload.warnings
  }

  it('has no warnings when there is nothing to warn of', async () => {
    expect(await start({ env })).toBeUndefined()
  })

  it.each<[string, Partial<ExecuteOptions>, string, string]>([
    ['missing', { env: {} }, 'ION1504', 'The secret `API_TOKEN` has no value, so there is nothing to mask.'],
    ['empty', { env: { API_TOKEN: '' } }, 'ION1504', 'no value'],
    [
      'too short to be masked',
      { env: { ...process.env, API_TOKEN: 'abc' } },
      'ION1505',
      'fewer than 4 characters',
    ],
    ['in the arguments', { env, arguments: `use ${token}` }, 'ION1506', 'stands in the arguments'],
    ['in another input', { env, inputs: { word: token } }, 'ION1506', 'stands in the input `word`'],
    ['in the workflow', { env: { ...process.env, API_TOKEN: 'echo x' } }, 'ION1506', "the workflow's text"],
  ])('warns of a secret that is %s, and where it is named', async (_, options, code, message) => {
    expect(await start({ env, ...options })).toEqual([
      {
        code,
        severity: 'warning',
        message: expect.stringContaining(message),
        path: null,
        range: { start: { line: 4, column: 5 }, end: { line: 4, column: 14 } },
      },
    ])
  })

  it('is refused, before anything is created, with a secret that is too long', async () => {
    const started = start({ env: { API_TOKEN: 'x'.repeat(70_000) } })
    await expect(started).rejects.toMatchObject({ code: 'secret_too_long' })
    expect(await readdir(join(cwd, 'runs')).catch(() => [])).toEqual([])
  })
})

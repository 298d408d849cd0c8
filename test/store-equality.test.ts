import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { approveWorkflow, createStore, executeWorkflow, type PromptRequest } from '@ion/executor'
import { canonicalJson, type IWorkflowStore, type Json, readLog, type WorkflowEvent } from '@ion/store'
import { expect, it, onTestFinished } from 'vitest'
import { postgresUrl } from './servers/environment.ts'
import { freshSchema } from './servers/fresh-database.ts'

/** A node of each kind, and each way a node can settle. One at a time, so that there is one order of events. */
const workflow = `
name: everything
max_parallel: 1
inputs:
  shape: {type: json, required: true}
nodes:
  - {id: large, bash: "head -c 70000 /dev/zero | tr '\\\\0' x; echo 'é '"}
  - {id: count, depends_on: [large], bash: 'printf %s "$large.output" | wc -c | tr -d " "'}
  - {id: ask, depends_on: [count], prompt: "say $count.output", model: small}
  - id: score
    depends_on: [ask]
    prompt: rate it
    output_format: {type: object, properties: {score: {type: number}}, required: [score]}
  - {id: program, depends_on: [score], runtime: node, script: "console.log(JSON.stringify({score: $score.output.score}))"}
  - {id: refine, depends_on: [program], loop: {prompt: "$LOOP_PREV_OUTPUT+", until_bash: 'test "$LOOP_PREV_OUTPUT" = "+++"', max_iterations: 4}}
  - id: flaky
    depends_on: [refine]
    retry: {max_attempts: 1, delay_ms: 10, on_error: all}
    bash: 'echo "try $ION_ATTEMPT"; test "$ION_ATTEMPT" = 2'
  - {id: broken, depends_on: [flaky], allow_failure: true, bash: "echo half; echo wrong >&2; exit 3"}
  - {id: never, depends_on: [broken], when: "$score.output.score > 100", bash: echo never}
  - {id: gate, depends_on: [broken], approval: {message: "on with $refine.output?", capture_response: true}}
  - {id: last, depends_on: [gate], bash: 'echo "$gate.output"'}
`

/** What JSON can hold and stores may bend: numbers at their edges, odd keys, odd text, an order of members. */
const odd: { [name: string]: Json } = JSON.parse(String.raw`{
  "z": 1, "a": [1e308, 5e-324, 0.1, -1, 9007199254740993, 1.0], "": null, "__proto__": {"toString": true},
  "text": "nul \u0000, lone \ud800, pair \ud83d\ude00, e\u0301 is not \u00e9, \u2028 'quoted' \"twice\" \\ $1 {}"
}`)

/** What differs from run to run, and is left out of the comparison: ids, times, and how long something took. */
const differs: ReadonlySet<string> = new Set([
  ...['commitId', 'timestamp', 'durationMs', 'retryAt'],
  ...['createdAt', 'updatedAt', 'startedAt', 'finishedAt', 'completedAt'],
])

/** Of a signal, the id that its sender makes up and when it was sent. */
const differsInSignals: ReadonlySet<string> = new Set(['id', 'sentAt'])

function prompt({ prompt, outputFormat }: PromptRequest) {
  if (outputFormat)
    return { output: '{"score": 0.5}', usage: { model: 'm', inputTokens: 3, outputTokens: 1, cost: 0.001 } }
  return prompt
}

/** Runs the workflow to its gate, answers, and gives all that the store has of it. */
async function recordsOf(store: IWorkflowStore, cwd: string) {
  const runId = 'run'
  const options = { store, runId, cwd, prompt: async (request: PromptRequest) => prompt(request) }
  const begun = await executeWorkflow({
    ...options,
    workflow,
    inputs: { shape: odd },
    metadata: odd,
    arguments: 'é \u2028 $1',
  })
  expect(begun.status, JSON.stringify(begun.error)).toBe('paused')
  const { result } = await approveWorkflow({ ...options, text: 'yes, ä\u2028', by: 'ada', resume: true })
  expect(result?.status, JSON.stringify(result?.error)).toBe('completed')
  const events: WorkflowEvent[] = []
  for await (const event of readLog(store, runId)) events.push(event)
  return {
    events: events.map((event) => textOf(event, differs)),
    run: textOf(await store.getWorkflowRun(runId), differs),
    outputs: [...(await store.getCompletedDagNodeOutputs(runId))].map(([path, output]) =>
      textOf([path, output], differs),
    ),
    signals: (await store.getSignals(runId, { limit: 10 })).map((signal) => textOf(signal, differsInSignals)),
  }
}

/** Canonical JSON, without the members of these names. */
function textOf(value: unknown, without: ReadonlySet<string>): string {
  return canonicalJson(
    JSON.parse(JSON.stringify(value, (name, member) => (without.has(name) ? undefined : member))),
  )
}

it('gives equal logs, records, outputs and signals in memory, on files, SQLite and Postgres', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'ion-equality-'))
  const schema = freshSchema(postgresUrl())
  onTestFinished(async () => {
    await rm(cwd, { recursive: true, force: true })
    await schema.cleanup()
  })
  const recordsIn = async (url: string) => {
    const store = await createStore(url, { resolveFrom: [new URL(import.meta.url)] })
    try {
      return await recordsOf(store, cwd)
    } finally {
      await store.close()
      // One after the other in the same folder: so paths are the same everywhere.
      await rm(cwd, { recursive: true, force: true })
    }
  }
  const inMemory = await recordsIn('memory:')
  const types = inMemory.events.map((event) => String(JSON.parse(event).type))
  for (const type of ['node_completed', 'node_failed', 'node_skipped', 'workflow_completed'])
    expect(types).toContain(type)
  expect(inMemory.events.join('\n')).toContain('"sha256"')
  expect(inMemory.run).toContain(canonicalJson(odd))
  for (const url of [`file:${cwd}/.ion/runs`, `sqlite:${cwd}/ion.db`, schema.url]) {
    expect(await recordsIn(url), url).toEqual(inMemory)
  }
})

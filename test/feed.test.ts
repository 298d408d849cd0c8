import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { executeWorkflow } from '@ion/executor'
import { type IWorkflowStore, type NewEvent, readLog } from '@ion/store'
import { openStore as openPostgres, PostgresStore } from '@ion/store-postgres'
import { openStore as openSqlite } from '@ion/store-sqlite'
import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { postgresUrl } from './servers/environment.ts'
import { freshSchema } from './servers/fresh-database.ts'

const [runs, kills] = process.env.ION_LONG ? [200, 20] : [30, 3]
const timeout = 60_000 + kills * 10_000
const eventsAPage = 20

const workflow = `
name: busy
nodes:
  - {id: first, prompt: first}
  - {id: left, depends_on: [first], prompt: left}
  - {id: right, depends_on: [first], prompt: right}
  - {id: never, depends_on: [right], when: "$right.output == 'left'", prompt: never}
  - {id: last, depends_on: [left, right], prompt: last}
`

const definition = { format: 'yaml', source: '', digest: 'ab'.repeat(32), path: null, files: {} }

interface Place {
  module: string
  url: string
  store: IWorkflowStore
  /** Writes that go on beside the runs, in runs of their own. */
  beside(consumers: Consumers): Promise<void>
}

/** Work that waits for one of the consumers to begin, so that it is done while they are killed. */
class Consumers {
  readonly #waiting: (() => void)[][] = Array.from({ length: kills + 1 }, () => [])
  #count = 0

  oneMoreBegan(): void {
    for (const resolve of this.#waiting[this.#count++] ?? []) resolve()
  }

  /** @param share - How many of the consumers come before, from 0 to below 1. */
  begun(share: number): Promise<void> {
    const number = Math.floor(share * this.#waiting.length)
    if (number < this.#count) return Promise.resolve()
    return new Promise((resolve) => void this.#waiting[number]?.push(resolve))
  }
}

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ion-feed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function sqlite(): Promise<Place> {
  const url = `sqlite://${join(scratchFolder(), 'ion.db')}`
  return { module: '@ion/store-sqlite', url, store: await openSqlite(url), beside: async () => {} }
}

async function postgres(): Promise<Place> {
  const { url, schema, cleanup } = freshSchema(postgresUrl())
  onTestFinished(cleanup)
  const store = await openPostgres(url)
  const beside = async (consumers: Consumers) => {
    for (let made = 0; made < runs / 3; made++) {
      await consumers.begun((3 * made) / runs)
      await appendSlowly(store, schema, `slow-${made}`)
    }
  }
  return { module: '@ion/store-postgres', url, store, beside }
}

/** Appends in a transaction that is held open while others, which began later, commit. */
async function appendSlowly(store: IWorkflowStore, schema: string, id: string): Promise<void> {
  await store.createWorkflowRun({ id, workflowName: 'slow', definition })
  const client = new Client({ connectionString: postgresUrl() })
  await client.connect()
  await client.query('begin')
  const pool = {
    connect: async () => ({
      query: (statement: { text: string; values: unknown[] }) => client.query(statement),
      ...{ on: () => {}, off: () => {}, release: () => {} },
    }),
    ...{ end: async () => {}, on: () => {}, listeners: () => [] },
  }
  const slow = new PostgresStore({ pool, schema, preparedStatements: false })
  const events: NewEvent[] = [
    { type: 'workflow_started', payload: {} },
    { type: 'node_started', nodeId: 'a', payload: {} },
  ]
  await slow.appendEvents(id, { commitId: 'begin', expectedSequence: 0, events })
  await sleep(Math.random() * 100)
  await client.query('commit')
  await client.end()
}

async function appendEnd(store: IWorkflowStore): Promise<void> {
  await store.createWorkflowRun({ id: 'end', workflowName: 'end', definition })
  await store.createWorkflowEvent('end', { type: 'workflow_started', payload: {} })
}

/** Starts a consumer; resolves when it has begun to read. */
async function startConsumer({ module, url }: Place, folder: string) {
  const script = join(import.meta.dirname, 'feed-consumer.ts')
  const consumer = spawn(process.execPath, [...process.execArgv, script, module, url, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(consumer, 'close')
  await Promise.race([once(consumer.stdout, 'data'), gone])
  if (consumer.exitCode !== null) throw new Error(`the consumer ended with ${consumer.exitCode}`)
  const kill = async () => {
    consumer.kill('SIGKILL')
    await gone
  }
  onTestFinished(kill)
  return { kill }
}

/** What consumers have met, one after the other. */
function metBy(folder: string): string[] {
  return readFileSync(join(folder, 'met'), 'utf8').trimEnd().split('\n')
}

it.each([
  ['SQLite', sqlite],
  ['Postgres', postgres],
])(
  'a consumer that is killed at random meets every event of concurrent runs on %s, in order per run',
  {
    timeout,
  },
  async (_, open) => {
    const place = await open()
    const { store } = place
    onTestFinished(() => store.close())
    const folder = scratchFolder()
    const consumers = new Consumers()
    const prompt = async ({ prompt }: { prompt: string }) => {
      await consumers.begun(Math.random())
      await sleep(Math.random() * 50)
      return prompt
    }
    const ids = Array.from({ length: runs }, (_, index) => `run-${index}`)
    const working = Promise.all([
      place.beside(consumers),
      ...ids.map((runId) => executeWorkflow({ store, workflow, runId, cwd: folder, prompt })),
    ])
    working.catch(() => {})

    for (let killed = 0; killed < kills; killed++) {
      const { kill } = await startConsumer(place, folder)
      consumers.oneMoreBegan()
      await sleep(Math.random() * 100)
      await kill()
    }
    await startConsumer(place, folder)
    consumers.oneMoreBegan()
    await working
    // Committed after all others, so that all others have been met once this is.
    await appendEnd(store)
    while (!metBy(folder).includes('end 1')) await sleep(20)

    const logged: string[] = []
    const { items } = await store.listWorkflowRuns({}, { limit: 1_000 })
    for (const { id } of items) {
      for await (const { sequence } of readLog(store, id)) logged.push(`${id} ${sequence}`)
    }
    expect(items.filter(({ status }) => status === 'completed')).toHaveLength(runs)

    const last = new Map<string, number>()
    let [again, pageAfterKill] = [0, 0]
    for (const line of metBy(folder)) {
      if (line === 'began') {
        pageAfterKill = eventsAPage
        continue
      }
      const [id = '', text] = line.split(' ')
      const sequence = Number(text)
      const before = last.get(id) ?? 0
      // What a killed consumer had met of its last page it meets again, and nothing else.
      if (sequence <= before) again += 1
      if (sequence <= before) expect(pageAfterKill, `${line} is met again`).toBeGreaterThan(0)
      else expect(line).toBe(`${id} ${before + 1}`)
      last.set(id, Math.max(before, sequence))
      pageAfterKill -= 1
    }
    expect(
      [...last].flatMap(([id, count]) => numbersTo(count).map((sequence) => `${id} ${sequence}`)).sort(),
    ).toEqual(logged.sort())
    process.stdout.write(
      `${logged.length} events of ${items.length} runs, ${kills} kills, ${again} met again\n`,
    )
  },
)

function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

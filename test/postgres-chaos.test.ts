import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { executeWorkflow, type RunResult, resumeWorkflow } from '@ion/executor'
import { currentOwner, type IWorkflowStore, isStoreError, type NewEvent } from '@ion/store'
import { openStore } from '@ion/store-postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { expectKept, notePromises, type Promises } from './kept-promises.ts'
import { type Storm, startStorm } from './postgres-storm.ts'
import { type PostgresServer, startPostgres } from './servers/postgres.ts'

/** The short form is a tenth of the long one. */
const runs = process.env.ION_LONG ? 100 : 10
const atOnce = 5
const deadlineMs = 120_000 + runs * 5_000
const timeout = deadlineMs + 60_000

const fanOut = Array.from({ length: 8 }, (_, index) => `f${index}`)
const workflow = `
name: weather
nodes:
  - {id: first, prompt: first}
  - {id: second, depends_on: [first], bash: 'sleep 0.1; echo "second after $first.output"'}
  - {id: third, depends_on: [second], prompt: "third, $second.output"}
${fanOut.map((id) => `  - {id: ${id}, depends_on: [third], prompt: ${id}}`).join('\n')}
  - {id: large, depends_on: [third], bash: "head -c 100000 /dev/zero | tr '\\\\0' x"}
  - {id: last, depends_on: [large, ${fanOut}], bash: 'echo "$large.output" | wc -c; echo "$f0.output, $f7.output"'}
`

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
}, 120_000)
afterAll(async () => await server?.stop())

interface Weather {
  store: IWorkflowStore
  promises: Promises
  storm: Storm
  /** Given up on when the time for the test is over. */
  signal: AbortSignal
}

/** A store whose server is killed again and again. */
async function inStorm(): Promise<Weather> {
  const store = await openStore(server.url)
  const storm = startStorm(server)
  onTestFinished(async () => {
    await storm.end()
    await store.close()
  })
  return { store, promises: notePromises(store), storm, signal: AbortSignal.timeout(deadlineMs) }
}

/** Does the work for each of the numbers below `count`, a few at once. */
async function forEachOf(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

describe('Postgres whose backends and postmaster are killed at random moments', () => {
  it('loses and doubles nothing of runs that execute meanwhile, and every run finishes', {
    timeout,
  }, async () => {
    const { store, promises, storm, signal } = await inStorm()
    const cwd = await mkdtemp(join(tmpdir(), 'ion-chaos-'))
    onTestFinished(() => rm(cwd, { recursive: true, force: true }))
    const bodies = new Map<string, number>()
    const options = {
      ...{ store, cwd, signal },
      // Often, so that renewals meet outages too.
      lease: { renewEveryMs: 300 },
      prompt: async ({ prompt, runId, nodeId }: { prompt: string; runId: string; nodeId: string }) => {
        bodies.set(`${runId} ${nodeId}`, (bodies.get(`${runId} ${nodeId}`) ?? 0) + 1)
        await sleep(20 + Math.random() * 250)
        return prompt.toUpperCase()
      },
    }
    const turnedAway: string[] = []
    const resumed: string[] = []

    const finish = async (runId: string): Promise<RunResult> => {
      let call = () => executeWorkflow({ ...options, workflow, runId })
      for (;;) {
        try {
          return await call()
        } catch (error) {
          signal.throwIfAborted()
          const begun = [...promises.sent.values()].some((sent) => sent.runId === runId)
          const known = begun ? resumed : turnedAway
          known.push(`${runId}: ${error}`)
          if (begun) call = () => resumeWorkflow({ ...options, runId })
          await sleep(100)
        }
      }
    }
    await forEachOf(runs, async (index) => {
      const { status, outputs, error } = await finish(`run-${index}`)
      expect(status, JSON.stringify(error)).toBe('completed')
      expect(outputs.get('third')).toBe('THIRD, SECOND AFTER FIRST')
      expect(outputs.get('last')?.trim()).toBe('100001\nF0, F7')
    })

    await storm.end()
    const kept = await expectKept(store, promises)
    process.stdout.write(
      `${runs} runs, ${kept.events} events in ${kept.commits} commits; ${told(storm)}; ` +
        `refused at their beginning: ${turnedAway.length}; resumed: ${resumed.length}\n`,
    )
    expect(storm.backends).toBeGreaterThan(0)
    expect(storm.postmasters).toBeGreaterThan(0)
    // No outage was as long as the patience of an executor, so none had to be helped, and no body ran again.
    expect(resumed).toEqual([])
    expect([...bodies].filter(([, count]) => count > 1)).toEqual([])
  })

  it('loses and doubles nothing of runs, claims, appends and signals that are asked for until they are known', {
    timeout,
  }, async () => {
    const { store, promises, storm, signal } = await inStorm()
    const known = async <Result>(call: () => Promise<Result>): Promise<Result> => {
      for (;;) {
        try {
          return await call()
        } catch (error) {
          signal.throwIfAborted()
          if (!isStoreError(error, 'unavailable')) throw error
          await sleep(10 + Math.random() * 50)
        }
      }
    }
    await forEachOf(runs * 5, async (index) => {
      const id = `store-${index}`
      const definition = { format: 'yaml', source: '', digest: '0'.repeat(64), path: null, files: {} }
      await known(() => store.createWorkflowRun({ id, workflowName: 'alone', definition }))
      const started: NewEvent[] = [{ type: 'workflow_started', payload: {} }]
      const begin = { commitId: `${id} begin`, expectedSequence: 0, events: started }
      const owner = currentOwner()
      const granted = await known(() => store.claimWorkflowRun(id, owner, 60_000, begin))
      if (!granted) throw new Error(`${id} is held`)
      const { claim } = granted
      let { lastSequence: expectedSequence, lastSignal: expectedSignal } = granted
      for (let step = 1; step <= 8; step++) {
        const events: NewEvent[] = [`a${step}`, `b${step}`].map((nodeId) => ({
          type: 'node_started',
          nodeId,
          payload: {},
        }))
        const append = { commitId: `${id} ${step}`, expectedSequence, events, claim }
        expectedSequence = (await known(() => store.appendEvents(id, append))).lastSequence
        expect(expectedSequence).toBe(1 + 2 * step)
        await sleep(Math.random() * 50)
        if (step % 2 === 0) continue
        const answer = { id: `signal ${step}`, kind: 'answer', gate: { nodeId: 'gate', opened: 1 } } as const
        expectedSignal = (await known(() => store.sendSignal(id, answer))).sequence
        await known(() => store.renewClaim(id, claim, 60_000))
      }
      expect(expectedSignal).toBe(4)
      const events: NewEvent[] = [{ type: 'workflow_completed', payload: {} }]
      const end = { commitId: `${id} end`, expectedSequence, expectedSignal, events, claim }
      await known(() => store.appendEvents(id, end))
    })

    await storm.end()
    const kept = await expectKept(store, promises)
    process.stdout.write(`${runs * 5} runs by the store alone, ${kept.events} events; ${told(storm)}\n`)
    expect(storm.backends + storm.postmasters).toBeGreaterThan(0)
    expect(kept.commits).toBe(runs * 5 * 10)
  })
})

function told({ backends, postmasters, longestOutageMs }: Storm): string {
  return `killed ${backends} backends and ${postmasters} postmasters, the longest outage took ${longestOutageMs} ms`
}

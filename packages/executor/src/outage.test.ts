import { type IWorkflowStore, UnavailableError } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { approveWorkflow } from './answer.ts'
import { cancelWorkflow } from './cancel.ts'
import { keepRenewing } from './keep-renewing.ts'
import { openBench } from './run-fixture.test-support.ts'

type Call = keyof IWorkflowStore &
  ('createWorkflowRun' | 'claimWorkflowRun' | 'appendEvents' | 'readBlob' | 'sendSignal')

/** Has each call of a name fail twice before it succeeds: with nothing done, or with only the answer lost. */
function disturb(store: IWorkflowStore, name: Call, outcome: 'none' | 'unknown'): () => number {
  const call: (...args: never[]) => Promise<unknown> = store[name].bind(store)
  let failures = 0
  const disturbed = async (...args: never[]) => {
    const fails = failures % 3 < 2
    if (!fails || outcome === 'unknown') await call(...args)
    failures += 1
    if (fails) throw new UnavailableError('the server went away', outcome)
    return await call(...args)
  }
  Object.assign(store, { [name]: disturbed })
  return () => failures
}

const large = 100_000
const nodes = `
- {id: a, bash: "head -c ${large} /dev/zero | tr '\\\\0' x"}
- {id: b, depends_on: [a], bash: 'echo "$a.output" | wc -c'}`

const completed = [
  'workflow_started',
  'node_started a',
  'node_completed a',
  'node_started b',
  'node_completed b',
  'workflow_completed',
]

describe('a store that is away for a moment', () => {
  it.each([
    ['createWorkflowRun', 'unknown'],
    ['claimWorkflowRun', 'none'],
    ['claimWorkflowRun', 'unknown'],
    ['appendEvents', 'none'],
    ['appendEvents', 'unknown'],
    ['readBlob', 'none'],
  ] as const)('costs a run nothing: %s fails, outcome %s', async (name, outcome) => {
    const bench = await openBench()
    const failures = disturb(bench.store, name, outcome)
    const { runId, status, outputs } = await bench.run(nodes)
    expect(failures()).toBeGreaterThan(2)
    expect(status).toBe('completed')
    expect(outputs.get('b')?.trim()).toBe(String(large + 1))
    expect(await bench.log(runId)).toEqual(completed)
  })

  it('leaves it to the host to begin later, when nothing has begun', async () => {
    const bench = await openBench()
    const failures = disturb(bench.store, 'createWorkflowRun', 'none')
    await expect(bench.run(nodes, { runId: 'r' })).rejects.toMatchObject({ code: 'unavailable' })
    expect(failures()).toBe(1)
  })

  it('takes an answer and a cancel once', async () => {
    const gate =
      '\n- {id: gate, approval: {message: "go on?"}}\n- {id: after, depends_on: [gate], approval: {message: "more?"}}'
    const bench = await openBench()
    const { runId } = await bench.run(gate)
    disturb(bench.store, 'sendSignal', 'unknown')
    await approveWorkflow({ store: bench.store, runId, resume: true })
    disturb(bench.store, 'appendEvents', 'unknown')
    const { status } = await cancelWorkflow({ store: bench.store, runId })
    expect(status).toBe('cancelled')
    const signals = await bench.store.getSignals(runId, { limit: 10 })
    expect(signals.map(({ kind }) => kind)).toEqual(['answer', 'cancel'])
    expect(await bench.log(runId)).toHaveLength(6)
  })
})

describe('the renewal of a claim', () => {
  it('is tried again soon when the store is away, and goes on as before', async () => {
    const answers = ['away', 'away', 'renewed', 'away', 'renewed']
    const longMs = 60_000
    const lost: unknown[] = []
    await new Promise<void>((resolve) => {
      const stop = keepRenewing({
        everyMs: 1,
        renew: async () => {
          const answer = answers.shift()
          if (answer === 'away') throw new UnavailableError('away', 'none')
          if (answer !== undefined) return
          stop()
          resolve()
        },
        onLost: (error) => lost.push(error),
      })
    })
    await new Promise<void>((resolve) => {
      let tries = 0
      const stop = keepRenewing({
        everyMs: longMs,
        renew: async () => {
          tries += 1
          if (tries === 1) throw new UnavailableError('away', 'unknown')
          stop()
          resolve()
        },
        onLost: (error) => lost.push(error),
      })
    })
    expect(lost).toEqual([])
  })

  it('ends with the claim', async () => {
    let tries = 0
    const lost = await new Promise((resolve) => {
      keepRenewing({
        everyMs: 1,
        renew: async () => {
          tries += 1
          throw new Error('taken over')
        },
        onLost: resolve,
      })
    })
    expect(lost).toMatchObject({ message: 'taken over' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(tries).toBe(1)
  })
})

import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { currentOwner, type NewEvent } from '@ion/store'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PromptHandler } from './agent/prompt-handler.ts'
import { approveWorkflow, rejectWorkflow } from './answer.ts'
import { cancelWorkflow } from './cancel.ts'
import { parseOrThrow } from './compile.ts'
import { resumeWorkflow } from './resume.ts'
import {
  type Bench,
  leaveBehind as leaveRunBehind,
  openBench,
  workflowOf,
} from './run-fixture.test-support.ts'
import { storedDefinition } from './stored-definition.ts'

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})

const resume = (runId: string, options = {}) =>
  resumeWorkflow({ store: bench.store, runId, signalPollMs: 20, killAfterMs: 500, ...options })

const leaveBehind = async (nodes: string, events: NewEvent[], runId?: string) =>
  await leaveRunBehind(bench, nodes, events, { runId })

const start = (nodeId: string, more = {}): NewEvent => ({
  type: 'node_started',
  nodeId,
  payload: { attempt: 1, ...more },
})
const complete = (nodeId: string, output: string, more = {}): NewEvent => ({
  type: 'node_completed',
  nodeId,
  payload: { output, ...more },
})

describe('resume of a run whose executor was lost', () => {
  const nodes = `
- id: a
  bash: echo ran-a >> effects; echo from-a
- id: b
  depends_on: [a]
  bash: echo ran-b >> effects; echo "$a.output $ION_ATTEMPT"`

  it('skips what completed and runs again what was cut short', async () => {
    await appendFile(join(bench.cwd, 'effects'), '')
    const id = await leaveBehind(nodes, [start('a'), complete('a', 'stored'), start('b')])
    const result = await resume(id)
    expect(result.status).toBe('completed')
    expect(Object.fromEntries(result.outputs)).toEqual({ a: 'stored', b: 'stored 1' })
    expect(await readFile(join(bench.cwd, 'effects'), 'utf8')).toBe('ran-b\n')
    expect(await bench.log(id)).toEqual([
      'workflow_started',
      'node_started a',
      'node_completed a',
      'node_started b',
      'workflow_started',
      'node_failed b',
      'node_started b',
      'node_completed b',
      'workflow_completed',
    ])
  })

  it('does not run a node again that is to run at most once', async () => {
    const id = await leaveBehind(`\n- {id: a, on_interrupt: fail, bash: echo again}`, [start('a')])
    const result = await resume(id)
    expect(result.status).toBe('failed')
    expect(result.nodes.get('a')).toMatchObject({
      status: 'failed',
      payload: { interrupted: true, error: { code: 'executor_lost' } },
    })
  })

  it('gives up on a node over which too many executors were lost', async () => {
    const id = await leaveBehind(`\n- {id: a, bash: echo again}`, [start('a')])
    const lost: NewEvent[] = Array.from({ length: 9 }, (): NewEvent[] => [
      {
        type: 'node_failed',
        nodeId: 'a',
        payload: { interrupted: true, willRetry: true, error: { code: 'executor_lost', message: '' } },
      },
      start('a'),
    ]).flat()
    const owner = { ...currentOwner(), pid: 2 ** 30, processStart: '1' }
    const { lastSequence = 0 } = (await bench.store.getWorkflowRun(id)) ?? {}
    await bench.store.claimWorkflowRun(id, owner, 60_000, {
      commitId: 'more',
      expectedSequence: lastSequence,
      events: lost,
    })
    const result = await resume(id)
    expect(result.nodes.get('a')).toMatchObject({ status: 'failed', interruptions: 10 })
  })

  it('keeps the attempts that were used up', async () => {
    const failed: NewEvent = {
      type: 'node_failed',
      nodeId: 'a',
      payload: {
        attempt: 1,
        willRetry: true,
        retryAt: new Date().toISOString(),
        error: { code: 'exit_code', message: '' },
      },
    }
    const id = await leaveBehind(
      `\n- {id: a, retry: {max_attempts: 1, delay_ms: 10, on_error: all}, bash: 'echo "$ION_ATTEMPT"; exit 1'}`,
      [start('a'), failed],
    )
    const result = await resume(id)
    expect(result.nodes.get('a')).toMatchObject({ status: 'failed', attempt: 2, payload: { output: '2' } })
  })

  it('goes on with a loop at its iteration', async () => {
    const asked: string[] = []
    const prompt: PromptHandler = ({ prompt: text, session }) => {
      asked.push(`${text} ${session}`)
      return 'DONE'
    }
    const id = await leaveBehind(
      `\n- {id: l, loop: {prompt: "$LOOP_PREV_OUTPUT", until: DONE, max_iterations: 5}}`,
      [
        start('l', { firstIteration: 1 }),
        start('l/1'),
        complete('l/1', 'one', { last: false }),
        start('l/2'),
        complete('l/2', 'two', { last: false, session: 's2' }),
        start('l/3'),
      ],
    )
    const result = await resume(id, { prompt })
    expect(result.status).toBe('completed')
    expect(asked).toEqual(['two s2'])
    expect(result.nodes.get('l')).toMatchObject({ payload: { iterations: 3 } })
  })

  it('leaves an open gate open', async () => {
    const id = await leaveBehind(
      `\n- {id: g, approval: {message: ok?}}\n- {id: b, depends_on: [g], bash: echo b}`,
      [start('g', { gate: { message: 'ok?' } })],
    )
    const result = await resume(id)
    expect(result).toMatchObject({ status: 'paused', gates: [{ nodeId: 'g', opened: 2, message: 'ok?' }] })
    expect(await bench.log(id)).toEqual(['workflow_started', 'node_started g', 'workflow_started'])
  })

  it('starts a run that was created and never started', async () => {
    const definition = await storedDefinition(parseOrThrow(workflowOf(nodes), null), { cwd: bench.cwd })
    await bench.store.createWorkflowRun({ id: 'new', workflowName: 'test', definition })
    const result = await resume('new', { unstarted: { cwd: bench.cwd } })
    expect(result.status).toBe('completed')
  })

  it('keeps what failed: it is not another chance', async () => {
    const failed: NewEvent = {
      type: 'node_failed',
      nodeId: 'a',
      payload: { error: { code: 'exit_code', message: 'exited with 1' }, willRetry: false },
    }
    const id = await leaveBehind(`\n- {id: a, bash: echo a}\n- {id: b, bash: echo b}`, [
      start('a'),
      failed,
      start('b'),
    ])
    const result = await resume(id)
    expect(result.status).toBe('failed')
    expect(result.outputs.get('b')).toBe('b')
  })
})

describe('processes that a lost executor left', () => {
  it("are told from those of another store's run with the same id", async () => {
    const elsewhere = await openBench()
    const running = elsewhere.run(`\n- {id: a, bash: 'echo up; sleep 0.6; echo done'}`, { runId: 'same' })
    await expect.poll(async () => await elsewhere.log('same').catch(() => [])).toContain('node_started a')
    const id = await leaveBehind(`\n- {id: a, bash: echo again}`, [start('a')], 'same')
    expect((await resume(id)).outputs.get('a')).toBe('again')
    expect((await running).outputs.get('a')).toBe('up\ndone')
  })
})

describe('resume of a run that has failed', () => {
  it('gives another chance to what failed and to what was skipped because of it, and keeps the rest', async () => {
    const first = await bench.run(`
- id: good
  bash: echo good >> effects
- id: bad
  bash: test -e fixed && echo better
- id: after
  depends_on: [good, bad]
  bash: echo "$bad.output"`)
    expect(first.status).toBe('failed')
    await appendFile(join(bench.cwd, 'fixed'), '')
    const second = await resume(first.runId)
    expect(second.status).toBe('completed')
    expect(second.outputs.get('after')).toBe('better')
    expect(await readFile(join(bench.cwd, 'effects'), 'utf8')).toBe('good\n')
    expect((await bench.store.getWorkflowRun(first.runId))?.error).toBeNull()
  })

  it('gives an exhausted loop its full allowance again', async () => {
    let calls = 0
    const prompt: PromptHandler = () => (++calls === 3 ? 'DONE' : 'more')
    const first = await bench.run(`\n- {id: l, loop: {prompt: go, until: DONE, max_iterations: 2}}`, {
      prompt,
    })
    expect(first.status).toBe('failed')
    const second = await resume(first.runId, { prompt })
    expect(second.status).toBe('completed')
    expect(second.nodes.get('l')).toMatchObject({ payload: { iterations: 3 } })
  })
})

describe('resume of a run that has ended', () => {
  it('does nothing when it is completed', async () => {
    const { runId } = await bench.run(`\n- {id: a, bash: echo a}`)
    const before = await bench.log(runId)
    expect(await resume(runId)).toMatchObject({ status: 'completed', executed: false })
    expect(await bench.log(runId)).toEqual(before)
  })

  it('is refused when it is cancelled', async () => {
    const { runId } = await bench.run(`\n- {id: a, cancel: no}`)
    await expect(resume(runId)).rejects.toMatchObject({ code: 'run_cancelled' })
  })

  it('is not found when it was never there', async () => {
    await expect(resume('nowhere')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a run that somebody holds', () => {
  it('is refused, and the holder is named', async () => {
    const running = bench.run(`\n- {id: a, bash: sleep 0.5}`, { runId: 'busy' })
    await expect.poll(async () => (await bench.store.getWorkflowRun('busy'))?.status).toBe('running')
    await expect(resume('busy')).rejects.toMatchObject({
      code: 'run_held',
      holder: { owner: { pid: process.pid } },
    })
    expect((await running).status).toBe('completed')
  })
})

describe('a host that stops a run', () => {
  it('gets it back resumable, with no process left', async () => {
    const controller = new AbortController()
    const running = bench.run(
      `\n- {id: a, bash: echo x; sleep 33}\n- {id: b, depends_on: [a], bash: echo b}`,
      {
        runId: 'stopped',
        signal: controller.signal,
        onOutput: () => controller.abort(),
      },
    )
    expect(await running).toMatchObject({ status: 'interrupted' })
    expect(await bench.store.getWorkflowRun('stopped')).toMatchObject({ status: 'running', claim: null })
    const state = (await bench.events('stopped')).at(-1)
    expect(state).toMatchObject({
      type: 'node_failed',
      nodeId: 'a',
      payload: { interrupted: true, willRetry: true },
    })
  })
})

describe('a gate', () => {
  const gated = `
- id: draft
  bash: echo text
- id: gate
  depends_on: [draft]
  approval: {message: "Publish $draft.output?", capture_response: true}
- id: publish
  depends_on: [gate]
  bash: echo "published with [$gate.output]"`

  it('pauses the run and says what it asks', async () => {
    const result = await bench.run(gated)
    expect(result).toMatchObject({ status: 'paused', gates: [{ nodeId: 'gate', message: 'Publish text?' }] })
    expect(await bench.store.getWorkflowRun(result.runId)).toMatchObject({ status: 'paused', claim: null })
  })

  it('lets the run go on when it is approved, with what the approver wrote', async () => {
    const { runId } = await bench.run(gated)
    const { result } = await approveWorkflow({
      store: bench.store,
      runId,
      text: 'love',
      by: 'ada',
      resume: true,
    })
    expect(result?.status).toBe('completed')
    expect(result?.outputs.get('publish')).toBe('published with [love]')
    const answered = (await bench.events(runId)).find(
      ({ type, nodeId }) => type === 'node_completed' && nodeId === 'gate',
    )
    expect(answered?.payload).toMatchObject({ decision: 'approve', by: 'ada', signal: 1 })
  })

  it('cancels the run when it is rejected', async () => {
    const { runId } = await bench.run(gated)
    const { result } = await rejectWorkflow({ store: bench.store, runId, text: 'too long', resume: true })
    expect(result).toMatchObject({ status: 'cancelled', reason: 'gate was rejected: too long', gates: [] })
  })

  it('fails when it is rejected and that is allowed, and the run goes on', async () => {
    const { runId } = await bench.run(`
- id: gate
  allow_failure: true
  approval: {message: ok?}
- id: after
  depends_on: [gate]
  bash: echo "$gate.status because $gate.error"`)
    const { result } = await rejectWorkflow({ store: bench.store, runId, text: 'no', resume: true })
    expect(result?.outputs.get('after')).toBe('failed because rejected: no')
  })

  it('keeps an answer that is only sent, for whoever goes on', async () => {
    const { runId } = await bench.run(gated)
    const { result } = await approveWorkflow({ store: bench.store, runId })
    expect(result).toBeNull()
    expect((await resume(runId)).status).toBe('completed')
  })

  it('counts an answer once', async () => {
    const { runId } = await bench.run(gated)
    await approveWorkflow({ store: bench.store, runId, text: 'first' })
    await approveWorkflow({ store: bench.store, runId, text: 'second' })
    const result = await resume(runId)
    expect(result.outputs.get('publish')).toBe('published with [first]')
    expect(
      await approveWorkflow({ store: bench.store, runId }).catch((error: unknown) => error),
    ).toMatchObject({
      code: 'no_open_gate',
    })
  })

  it('holds up only what depends on it, and is answered while the rest runs', async () => {
    const running = bench.run(
      `
- id: gate
  approval: {message: ok?}
- id: beside
  bash: sleep 0.6
- id: after
  depends_on: [gate]
  bash: echo after`,
      { runId: 'live' },
    )
    await expect.poll(async () => await bench.log('live').catch(() => [])).toContain('node_started gate')
    const { heldBy, result } = await approveWorkflow({ store: bench.store, runId: 'live', resume: true })
    expect(heldBy?.owner.pid).toBe(process.pid)
    expect(result).toBeNull()
    expect((await running).status).toBe('completed')
    const log = await bench.log('live')
    expect(log.indexOf('node_completed after')).toBeLessThan(log.indexOf('node_completed beside'))
  })

  it('must be named when several are open', async () => {
    const { runId } = await bench.run(
      `\n- {id: a, approval: {message: a?}}\n- {id: b, approval: {message: b?}}`,
    )
    await expect(approveWorkflow({ store: bench.store, runId })).rejects.toMatchObject({
      code: 'ambiguous_gate',
    })
    const { result } = await approveWorkflow({ store: bench.store, runId, nodeId: 'b', resume: true })
    expect(result).toMatchObject({ status: 'paused', gates: [{ nodeId: 'a' }] })
  })
})

describe('cancel', () => {
  it('ends a run that is executed elsewhere, with its processes', async () => {
    const running = bench.run(`\n- {id: a, bash: echo x; sleep 34}`, { runId: 'c' })
    await expect.poll(async () => await bench.log('c').catch(() => [])).toContain('node_started a')
    const { status } = await cancelWorkflow({ store: bench.store, runId: 'c', reason: 'enough' })
    expect(status).toBe('cancelled')
    expect(await running).toMatchObject({ status: 'cancelled', reason: 'enough' })
  })

  it('ends a run that waits, with nobody there', async () => {
    const { runId } = await bench.run(`\n- {id: g, approval: {message: ok?}}`)
    expect(await cancelWorkflow({ store: bench.store, runId })).toMatchObject({
      status: 'cancelled',
      heldBy: null,
    })
  })

  it('ends a run whose executor was lost', async () => {
    const id = await leaveBehind(`\n- {id: a, bash: echo a}`, [start('a')])
    expect(await cancelWorkflow({ store: bench.store, runId: id })).toMatchObject({ status: 'cancelled' })
    expect(await bench.log(id)).toEqual([
      'workflow_started',
      'node_started a',
      'node_failed a',
      'workflow_cancelled',
    ])
  })

  it('is refused when the run has ended', async () => {
    const { runId } = await bench.run(`\n- {id: a, bash: echo a}`)
    await expect(cancelWorkflow({ store: bench.store, runId })).rejects.toMatchObject({ code: 'run_ended' })
  })
})

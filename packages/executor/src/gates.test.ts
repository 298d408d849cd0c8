import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { approveWorkflow, rejectWorkflow } from './answer.ts'
import { resumeWorkflow } from './resume.ts'
import { type Bench, leaveBehind, openBench } from './run-fixture.test-support.ts'

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})

const answering = (runId: string, more = {}) => ({ store: bench.store, runId, signalPollMs: 20, ...more })

describe('several gates', () => {
  const nodes = `
- {id: left, approval: {message: left?, capture_response: true}}
- {id: right, approval: {message: right?, capture_response: true}}
- {id: long, bash: 'touch working; until test -e go; do sleep 0.02; done; echo long'}
- {id: after_left, depends_on: [left], bash: 'echo "$left.output" > left; echo "$left.output"'}
- {id: after_right, depends_on: [right], bash: 'echo "$right.output"'}`

  it('are answered one by one while another branch runs', async () => {
    const running = bench.run(nodes, { runId: 'r' })
    while (!existsSync(join(bench.cwd, 'working'))) await sleep(10)
    await approveWorkflow(answering('r', { nodeId: 'left', text: 'yes', by: 'ada' }))
    while (!existsSync(join(bench.cwd, 'left'))) await sleep(10)
    await approveWorkflow(answering('r', { nodeId: 'right', text: 'also', by: 'bob' }))
    await writeFile(join(bench.cwd, 'go'), '')
    const result = await running
    expect(result.status).toBe('completed')
    expect(Object.fromEntries(result.outputs)).toMatchObject({
      long: 'long',
      after_left: 'yes',
      after_right: 'also',
    })
    expect(result.nodes.get('left')).toMatchObject({ payload: { by: 'ada', decision: 'approve' } })
    expect(result.nodes.get('right')).toMatchObject({ payload: { by: 'bob', decision: 'approve' } })
  })

  it('stay open when one is answered', async () => {
    await writeFile(join(bench.cwd, 'go'), '')
    const { runId, gates } = await bench.run(nodes)
    expect(gates.map(({ nodeId }) => nodeId)).toEqual(['left', 'right'])
    await expect(approveWorkflow(answering(runId))).rejects.toMatchObject({ code: 'ambiguous_gate' })
    const { result } = await approveWorkflow(answering(runId, { nodeId: 'right', resume: true }))
    expect(result).toMatchObject({ status: 'paused', gates: [{ nodeId: 'left' }] })
  })

  it('are taken by the next resume when both answers came meanwhile', async () => {
    await writeFile(join(bench.cwd, 'go'), '')
    const { runId } = await bench.run(nodes)
    await approveWorkflow(answering(runId, { nodeId: 'left', text: '1' }))
    await approveWorkflow(answering(runId, { nodeId: 'right', text: '2' }))
    const result = await resumeWorkflow(answering(runId))
    expect(result.status).toBe('completed')
    expect(Object.fromEntries(result.outputs)).toMatchObject({ after_left: '1', after_right: '2' })
  })

  it('count the first answer each', async () => {
    await writeFile(join(bench.cwd, 'go'), '')
    const { runId } = await bench.run(nodes)
    await approveWorkflow(answering(runId, { nodeId: 'left', text: 'first' }))
    await rejectWorkflow(answering(runId, { nodeId: 'left', text: 'second' }))
    const result = await resumeWorkflow(answering(runId))
    expect(result).toMatchObject({ status: 'paused', gates: [{ nodeId: 'right' }] })
    expect(result.outputs.get('left')).toBe('first')
  })
})

describe('a message', () => {
  it('may refer to any number of long outputs', async () => {
    const sources = Array.from({ length: 12 }, (_, index) => `s${index}`)
    const makers = sources.map((id) => `- {id: ${id}, bash: "printf '%070000d' 1"}`).join('\n')
    const message = sources.map((id) => `$${id}.output`).join(' ')
    const result = await bench.run(
      `\n${makers}\n- {id: gate, depends_on: [${sources.join(', ')}], when: "${sources
        .map((id) => `$${id}.output != ''`)
        .join(' && ')}", approval: {message: "${message}"}}`,
    )
    expect(result.status).toBe('paused')
    expect(result.gates[0]?.message).toHaveLength(12 * 70_001 - 1)
  })
})

describe('a cancel', () => {
  it('takes its reason from the template', async () => {
    const result = await bench.run(
      `\n- {id: a, bash: echo nothing}\n- {id: stop, depends_on: [a], cancel: "there is $a.output to do"}`,
    )
    expect(result).toMatchObject({ status: 'cancelled', reason: 'there is nothing to do' })
  })

  it('cancels the run also when its executor was lost right behind it', async () => {
    const id = await leaveBehind(
      bench,
      `\n- {id: stop, cancel: enough}\n- {id: b, depends_on: [stop], bash: touch ran}`,
      [
        { type: 'node_started', nodeId: 'stop', payload: { attempt: 1 } },
        { type: 'node_completed', nodeId: 'stop', payload: { output: 'enough' } },
      ],
    )
    const result = await resumeWorkflow(answering(id))
    expect(result).toMatchObject({ status: 'cancelled', reason: 'enough' })
    expect(existsSync(join(bench.cwd, 'ran'))).toBe(false)
  })
})

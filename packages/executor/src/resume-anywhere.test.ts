import { type IWorkflowStore, type NewEvent, readLog, reduceRun, type WorkflowEvent } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { approveWorkflow, rejectWorkflow } from './answer.ts'
import type { OpenGate, RunResult } from './result.ts'
import { resumeWorkflow } from './resume.ts'
import { leaveBehind, openBench } from './run-fixture.test-support.ts'

/** Two gates, one of them reworked, and a loop that asks. The agent answers with what it is asked. */
const nodes = `
- id: gate
  approval:
    message: "gate [$LOOP_PREV_OUTPUT] [$REJECTION_REASON]"
    capture_response: true
    on_reject: {prompt: "rework $REJECTION_REASON after [$LOOP_PREV_OUTPUT]", max_attempts: 2}
- id: refine
  loop:
    prompt: "$LOOP_PREV_OUTPUT|$LOOP_USER_INPUT"
    until_bash: 'test "$LOOP_USER_INPUT" = end'
    max_iterations: 4
    interactive: true
    gate_message: "refine [$LOOP_PREV_OUTPUT] [$LOOP_USER_INPUT]"
- id: last
  depends_on: [gate, refine]
  bash: echo "$gate.output and $refine.output"`

/** What the person says to each question. */
const answers: { [message: string]: ['approve' | 'reject', string] } = {
  'gate [] []': ['reject', 'one'],
  'gate [rework one after []] [one]': ['reject', 'two'],
  'gate [rework two after [rework one after []]] [two]': ['approve', 'good'],
  'refine [|] []': ['approve', 'more'],
  'refine [||more] [more]': ['approve', 'end'],
  'refine [||more|end] [end]': ['approve', ''],
}

const prompt = ({ prompt: text }: { prompt: string }) => text
const runOptions = { prompt, signalPollMs: 20, killAfterMs: 500 }

/** Answers whatever is asked, until the run ends. */
async function drive(store: IWorkflowStore, first: RunResult): Promise<RunResult> {
  let result = first
  for (let gate = result.gates[0]; result.status === 'paused' && gate; gate = result.gates[0]) {
    result = await say(store, result.runId, gate)
  }
  return result
}

async function say(store: IWorkflowStore, runId: string, { message, node }: OpenGate): Promise<RunResult> {
  const answer = answers[message]
  if (!answer) throw new Error(`nobody was to be asked: ${message}`)
  const [decision, text] = answer
  const send = decision === 'approve' ? approveWorkflow : rejectWorkflow
  const { result } = await send({ store, runId, nodeId: node, text, resume: true, ...runOptions })
  if (!result) throw new Error('the run was held by somebody')
  return result
}

async function eventsOf(store: IWorkflowStore, runId: string): Promise<WorkflowEvent[]> {
  const events: WorkflowEvent[] = []
  for await (const event of readLog(store, runId)) events.push(event)
  return events
}

/** What a person can tell a run by: what each part came to, and what was asked, gate by gate. */
function tale({ status, nodes: states }: RunResult, events: WorkflowEvent[]) {
  const outputs = [...states].map(([path, state]) => {
    return [path, state.status, 'payload' in state && 'output' in state.payload ? state.payload.output : null]
  })
  const asked = events.flatMap(({ type, nodeId, payload }) =>
    type === 'node_started' && payload.gate ? [[nodeId, payload.gate.message]] : [],
  )
  return { status, outputs: outputs.sort(), asked: asked.sort() }
}

function asNew({
  runId: _,
  sequence: __,
  timestamp: ___,
  commitId: ____,
  ...event
}: WorkflowEvent): NewEvent {
  return event
}

/** An executor that was lost behind these events. */
async function lostAfter(events: WorkflowEvent[]) {
  const bench = await openBench()
  const signals = reduceRun(events).takenSignals.size
  return {
    store: bench.store,
    runId: await leaveBehind(bench, nodes, events.slice(1).map(asNew), { signals }),
  }
}

describe('a run with a rework and a loop that asks', () => {
  it('comes to the same end wherever its executor was lost', { timeout: 120_000 }, async () => {
    const { run, store } = await openBench()
    const whole = await drive(store, await run(nodes, { ...runOptions, runId: 'whole' }))
    const events = await eventsOf(store, 'whole')
    const expected = tale(whole, events)
    expect(whole.outputs.get('last')).toBe('good and ||more|end')
    expect(expected.asked).toHaveLength(6)
    for (let count = 1; count < events.length; count++) {
      const lost = await lostAfter(events.slice(0, count))
      const resumed = await resumeWorkflow({ ...lost, ...runOptions })
      const end = await drive(lost.store, resumed)
      expect(tale(end, await eventsOf(lost.store, lost.runId)), `after ${count} events`).toEqual(expected)
    }
    expect(events.length).toBeGreaterThan(30)
  })
})

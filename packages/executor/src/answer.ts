import { randomUUID } from 'node:crypto'
import type { ClaimView, NewSignal, WorkflowSignal } from '@ion/store'
import { ExecutorError, RunHeldError } from './errors.ts'
import { loadRun } from './load-run.ts'
import type { AnswerOptions } from './options.ts'
import { patienceOf, patiently } from './patience.ts'
import { type OpenGate, openGates, type RunResult } from './result.ts'
import { resumeWorkflow } from './resume.ts'
import { signalMask } from './secrets/stored-masker.ts'

/** What became of an answer. */
export interface AnswerResult {
  /** The answer as the store has it. */
  signal: WorkflowSignal
  /** The gate that it answers. */
  gate: OpenGate
  /** Who holds the run and takes the answer; `null` when nobody did. */
  heldBy: ClaimView | null
  /** How going on left the run; `null` when this call did not go on. */
  result: RunResult | null
}

/**
 * Approves an open gate. The answer is stored first; with `resume: true` this call then goes on with the run, unless somebody
 * holds it, who takes the answer.
 *
 * @throws `not_found`; {ExecutorError} `no_open_gate`, `ambiguous_gate`; as `resumeWorkflow` with `resume: true`.
 *
 * @example
 * await approveWorkflow({ store, runId, text: 'ship it', by: 'ada', resume: true })
 */
export async function approveWorkflow(options: AnswerOptions): Promise<AnswerResult> {
  return await answerWorkflow('approve', options)
}

/**
 * Rejects an open gate: what was rejected is reworked, where the gate says how; else the run is cancelled, or, where the
 * node allows failure, goes on with the gate failed.
 *
 * @throws as `approveWorkflow`
 */
export async function rejectWorkflow(options: AnswerOptions): Promise<AnswerResult> {
  return await answerWorkflow('reject', options)
}

async function answerWorkflow(decision: 'approve' | 'reject', options: AnswerOptions): Promise<AnswerResult> {
  const { store, runId, text = '', by, resume = false } = options
  const gate = await findGate(options)
  const mask = await signalMask(options)
  const answer: NewSignal = {
    id: randomUUID(),
    kind: 'answer',
    gate: { nodeId: gate.nodeId, opened: gate.opened },
    payload: { decision, text: mask(text) },
    ...(by === undefined ? {} : { by: mask(by) }),
  }
  const signal = await patiently({ ...patienceOf(options), begun: false }, () =>
    store.sendSignal(runId, answer),
  )
  const heldBy = await holderOf(options)
  if (!resume || heldBy) return { signal, gate, heldBy, result: null }
  try {
    return { signal, gate, heldBy, result: await resumeWorkflow(options) }
  } catch (error) {
    // Somebody claimed the run since: the answer is theirs to take.
    if (error instanceof RunHeldError) return { signal, gate, heldBy: error.holder, result: null }
    throw error
  }
}

async function holderOf(options: AnswerOptions): Promise<ClaimView | null> {
  const { store, runId } = options
  const claim = (await patiently(patienceOf(options), () => store.getWorkflowRun(runId)))?.claim
  return claim?.state === 'live' ? claim : null
}

/** The gate that is meant: the one named, or the only one that is open. */
async function findGate({ store, runId, nodeId }: AnswerOptions): Promise<OpenGate> {
  const { run, state } = await loadRun(store, runId)
  const gates = run.status === 'running' || run.status === 'paused' ? openGates(state) : []
  const names = gates.map(({ node }) => node)
  const gate =
    nodeId === undefined
      ? gates[0]
      : gates.find((candidate) => candidate.nodeId === nodeId || candidate.node === nodeId)
  if (!gate) {
    const what = nodeId === undefined ? 'no gate' : `no gate ${nodeId}`
    const others = names.length > 0 ? `; open: ${names.join(', ')}` : ''
    throw new ExecutorError('no_open_gate', `run ${runId} is ${run.status} and has ${what} open${others}`, {
      runId,
      status: run.status,
      gates: names,
    })
  }
  if (nodeId === undefined && gates.length > 1) {
    throw new ExecutorError('ambiguous_gate', `several gates are open, name one: ${names.join(', ')}`, {
      runId,
      gates: names,
    })
  }
  return gate
}

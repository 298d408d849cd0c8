import { type LoopGate, type LoopNode, renderTemplate } from '@ion/core'
import type { Json, NodeState } from '@ion/store'
import type { NodeContext, Runner } from '../node-context.ts'
import { NodeFailure } from '../node-failure.ts'
import { iterationPath, loopGatePath } from '../part-paths.ts'
import { askAgent } from './ask-agent.ts'
import { saysDone } from './completion-signal.ts'
import { runBashScript } from './run-bash-script.ts'

/** How long `until_bash` may take. */
const checkTimeoutMs = 120_000

/**
 * One iteration of a loop: the prompt, then the checks. It is complete only after its checks, and its result says whether
 * it was the last and which channel decided.
 */
export const runIteration: Runner<LoopNode> = async (node, context) => {
  const template = node.body.kind === 'prompt' ? node.body.prompt : context.command(node.body.command)
  const session = node.freshContext ? null : (context.previous?.session ?? context.session)
  const answer = await askAgent(
    {
      prompt: renderTemplate(template, context.scope),
      agent: node.agent,
      session,
      outputFormat: node.outputFormat,
    },
    context,
  )
  if (node.untilField !== null && fieldIsTrue(answer.structured, node.untilField))
    return { ...answer, last: true, channel: 'until_field' }
  if (node.until !== null && saysDone(answer.output, node.until))
    return { ...answer, last: true, channel: 'until' }
  if (node.untilBash && (await checkSucceeds(node, answer.output, context))) {
    return { ...answer, last: true, channel: 'until_bash' }
  }
  return { ...answer, last: false }
}

function fieldIsTrue(structured: Json | undefined, name: string): boolean {
  if (typeof structured !== 'object' || structured === null || Array.isArray(structured)) return false
  return Object.hasOwn(structured, name) && structured[name] === true
}

/** Runs `until_bash`: exit 0 says done. It reads this iteration's answer as `$LOOP_PREV_OUTPUT`. */
async function checkSucceeds(node: LoopNode, answer: string, context: NodeContext): Promise<boolean> {
  if (!node.untilBash) return false
  const timeout = AbortSignal.timeout(checkTimeoutMs)
  const checking: NodeContext = {
    ...context,
    env: { ...context.env, LOOP_PREV_OUTPUT: answer },
    scope: {
      ...context.scope,
      variable: (name) => (name === 'LOOP_PREV_OUTPUT' ? answer : context.scope.variable(name)),
    },
    signal: AbortSignal.any([context.signal, timeout]),
  }
  try {
    return (await runBashScript(node.untilBash, checking)).exitCode === 0
  } catch (error) {
    if (context.signal.aborted || !timeout.aborted) throw error
    throw new NodeFailure('timeout', `until_bash took longer than ${checkTimeoutMs / 1000} s`, {
      transient: true,
    })
  }
}

/** What a loop does next. */
export type LoopStep = {
  kind: 'iterate' | 'ask' | 'wait' | 'rejected' | 'complete' | 'exhausted'
  iteration: number
}

/**
 * What a loop does next, as its log has it. Pure.
 *
 * @param first - The first iteration that counts against the limit: 1, or where a resumed loop began anew.
 * @param from - The iteration to look at first; those before it are known to be complete and not the last.
 * @param state - How a path stands.
 */
export function nextLoopStep(
  node: Pick<LoopNode, 'id' | 'maxIterations'> & { gate: Pick<LoopGate, 'signalCompletes'> | null },
  { first, from }: { first: number; from?: number },
  state: (path: string) => NodeState | undefined,
): LoopStep {
  // A loop that begins anew may have to ask about the iteration before.
  for (let iteration = from ?? (node.gate ? Math.max(1, first - 1) : first); ; iteration++) {
    const current = state(iterationPath(node.id, iteration))
    if (current?.status !== 'completed') return { kind: 'iterate', iteration }
    const isDone = current.payload.last === true
    const isLastAllowed = iteration - first + 1 >= node.maxIterations
    if (isDone && (!node.gate || node.gate.signalCompletes)) return { kind: 'complete', iteration }
    if (!isDone && isLastAllowed) return { kind: 'exhausted', iteration }
    if (node.gate) {
      const answer = answerOf(state(loopGatePath(node.id, iteration)))
      if (answer === 'approved' && isDone) return { kind: 'complete', iteration }
      if (answer !== 'approved' && answer !== 'more') return { kind: answer, iteration }
      if (isLastAllowed) return { kind: 'exhausted', iteration }
    }
  }
}

/** What a person said at the gate behind an iteration: `more` is an approval with a text, which the next one is to heed. */
function answerOf(gate: NodeState | undefined): 'ask' | 'wait' | 'rejected' | 'approved' | 'more' {
  if (gate?.status === 'waiting') return 'wait'
  if (gate?.status === 'failed') return 'rejected'
  if (gate?.status !== 'completed') return 'ask'
  return (gate.payload.output ?? '') === '' ? 'approved' : 'more'
}

/** Where a loop begins anew after it has failed: behind the iterations that are complete, with a full allowance. */
export function firstIteration(id: string, state: (path: string) => NodeState | undefined): number {
  let iteration = 1
  while (state(iterationPath(id, iteration))?.status === 'completed') iteration += 1
  return iteration
}

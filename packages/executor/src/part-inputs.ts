import type { Output } from '@ion/store'
import type { Journal } from './journal.ts'
import type { NodeContext } from './node-context.ts'
import type { Outputs } from './outputs.ts'
import { iterationPath, loopGatePath, reworkPath } from './part-paths.ts'
import type { Unit } from './unit.ts'

/** What a part of a node gets from the parts before it. */
export interface PartInputs {
  /** The path of the part whose answer is `$LOOP_PREV_OUTPUT`; it may not have run. */
  previous: string | null
  /** The path of the gate whose answer is `$LOOP_USER_INPUT`. */
  asked: string | null
  /** `$REJECTION_REASON` */
  reason: string
}

/** The inputs, read: what the part before left, and the values of the variables. */
export interface ReadInputs {
  previous: NodeContext['previous']
  variables: { LOOP_PREV_OUTPUT: string; LOOP_USER_INPUT: string; REJECTION_REASON: string }
}

/** What a unit gets: an iteration from the one before it and from the gate between them, a rework from its rejection. */
export function inputsOf({ node, iteration }: Unit, journal: Journal): PartInputs {
  if (iteration === null) return { previous: null, asked: null, reason: '' }
  if (node.type === 'loop') return iterationInputs(node.id, iteration)
  return { previous: reworkPath(node.id, iteration - 1), asked: null, reason: reasonOf(node.id, journal) }
}

/** What an iteration gets. */
export function iterationInputs(id: string, iteration: number): PartInputs {
  return {
    previous: iterationPath(id, iteration - 1),
    asked: loopGatePath(id, iteration - 1),
    reason: '',
  }
}

/** Why a gate was last rejected, while that is being reworked; else `''`. */
export function reasonOf(id: string, journal: Journal): string {
  const gate = journal.node(id)
  const reason = gate?.status === 'retrying' ? gate.payload.error.reason : ''
  return typeof reason === 'string' ? reason : ''
}

/** The inputs, when they are at hand; `null` when they must be loaded. */
export function peekInputs(inputs: PartInputs, journal: Journal, outputs: Outputs): ReadInputs | null {
  const [previous, asked] = [inputs.previous, inputs.asked].map((path) => {
    const output = outputAt(path, journal)
    return output === undefined ? '' : outputs.peek(output)
  })
  if (previous === undefined || asked === undefined) return null
  return readInputs(inputs, { previous, asked }, journal)
}

/** The inputs, read from the store where they are not at hand. */
export async function loadInputs(
  inputs: PartInputs,
  journal: Journal,
  outputs: Outputs,
): Promise<ReadInputs> {
  const load = async (path: string | null) => await outputs.load(outputAt(path, journal) ?? '')
  const texts = { previous: await load(inputs.previous), asked: await load(inputs.asked) }
  return readInputs(inputs, texts, journal)
}

function readInputs(
  inputs: PartInputs,
  texts: { previous: string; asked: string },
  journal: Journal,
): ReadInputs {
  const before = inputs.previous === null ? undefined : journal.node(inputs.previous)
  const previous =
    before?.status === 'completed'
      ? { output: texts.previous, session: before.payload.session ?? null }
      : null
  return {
    previous,
    variables: {
      LOOP_PREV_OUTPUT: texts.previous,
      LOOP_USER_INPUT: texts.asked,
      REJECTION_REASON: inputs.reason,
    },
  }
}

function outputAt(path: string | null, journal: Journal): Output | undefined {
  const state = path === null ? undefined : journal.node(path)
  return state?.status === 'completed' ? (state.payload.output ?? '') : undefined
}

import type { Template } from '@ion/core'
import type { NewEvent } from '@ion/store'
import type { PartInputs } from './part-inputs.ts'
import type { Unit } from './unit.ts'

/** What a node with inner parts does next. */
export type Move =
  | { kind: 'run'; unit: Unit }
  | { kind: 'ask'; gate: GateOpening }
  /** A person has to answer, or a body has to end. */
  | { kind: 'wait' }
  | { kind: 'settle'; event: Extract<NewEvent, { type: 'node_completed' | 'node_failed' }> }

/** A gate that is to be opened: an approval's, or a loop's between iterations. */
export interface GateOpening {
  path: string
  message: Template
  /** What the message's variables stand for. */
  inputs: PartInputs
  /** What the gate's `node_started` says besides the message. */
  facts: { [name: string]: string | number | boolean }
  /** Of a loop's gate: whether the iteration before says that it is done. */
  done?: boolean
}

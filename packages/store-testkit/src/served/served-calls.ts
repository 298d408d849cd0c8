import type { StorePrimitives } from '@ion/store'
import type { SentError } from '../child-protocol.ts'

/** The primitives that go over the socket. */
export const servedCalls = [
  'createWorkflowRun',
  'getWorkflowRun',
  'updateRunFields',
  'listWorkflowRuns',
  'deleteWorkflowRun',
  'appendEvents',
  'getWorkflowEvents',
  'readBlob',
  'claimWorkflowRun',
  'renewClaim',
  'sendSignal',
  'getSignals',
] as const satisfies (keyof StorePrimitives)[]

/** A primitive that goes over the socket. */
export type ServedName = (typeof servedCalls)[number]

/** A call on its way to the server. */
export interface ServedCall {
  id: number
  name: string
  args: unknown[]
}

/** What came of a call. */
export type ServedReply =
  | { id: number; kind: 'done'; value: unknown }
  | { id: number; kind: 'failed'; error: SentError }

/** Whether a name is that of a served primitive. */
export function isServedCall(name: string): name is ServedName {
  return servedCalls.some((served) => served === name)
}

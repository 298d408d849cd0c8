import type { Json, Output, Usage } from '@ion/store'

/** Facts about a failed body besides its code and message. */
export interface NodeFailureFacts {
  /** The failure may pass by itself: `retry` with `on_error: transient` tries again. Default `false`. */
  transient?: boolean
  exitCode?: number
  /** What the body gave before it failed. */
  output?: Output
  /** What a call of the agent cost that failed. */
  usage?: Usage[]
  /** More for the event's `error`. */
  details?: { readonly [key: string]: Json }
}

/** A body failed: what a runner throws, and what becomes the `node_failed` of the attempt. */
export class NodeFailure extends Error {
  readonly code: string
  readonly facts: NodeFailureFacts

  constructor(code: string, message: string, facts: NodeFailureFacts = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.facts = facts
  }
}

/** Why a body is told to stop: the attempt is over, or the whole run is. */
export type StopReason = 'timeout' | 'idle_timeout' | 'cancelled' | 'stopped' | 'lost'

/** What an attempt's `AbortSignal` carries as its reason. */
export class Stop extends Error {
  readonly reason: StopReason

  constructor(reason: StopReason, message: string) {
    super(message)
    this.name = new.target.name
    this.reason = reason
  }
}

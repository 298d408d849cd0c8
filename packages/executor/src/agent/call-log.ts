import type { JsonObject } from '@ion/core'
import type { Usage } from '@ion/store'

/** How a call of the agent ended. */
export interface CallEnd {
  /** The answer's text; absent when there was none that can be used. */
  output?: string | undefined
  usage: Usage[]
  /** The code of the failure that it ended with. */
  error?: string | undefined
}

/** A call of the agent that is over. */
export interface EndedCall extends CallEnd {
  prompt: string
  /** The workflow's and the node's keys for the agent. */
  agent: JsonObject
  /** `undefined` when nobody names it. */
  agentName: string | undefined
  durationMs: number
}

/** The calls of the agent in one attempt, in order. Whoever calls the agent tells it; who records the outcome reads it. */
export class CallLog {
  readonly calls: EndedCall[] = []

  /** A call begins. Gives what is to be called, once, when it is over. */
  begin(call: Pick<EndedCall, 'prompt' | 'agent' | 'agentName'>): (end: CallEnd) => void {
    const began = performance.now()
    return (end) => {
      this.calls.push({ ...call, durationMs: Math.round(performance.now() - began), ...end })
    }
  }
}

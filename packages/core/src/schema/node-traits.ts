import type { NodeType } from '../definition.ts'
import { nodeAgentKeys } from './agent-keys.ts'

/** What holds for the nodes of a type. */
export interface NodeTraits {
  /** Where nothing is said: how many retries, and which limits in milliseconds. */
  maxAttempts: number
  timeoutMs: number | null
  idleTimeoutMs: number | null
  /** Keys that are valid on nodes and do nothing on this type. */
  withoutEffect: readonly string[]
}

const programTimeoutMs = 120_000
const agentIdleTimeoutMs = 30 * 60_000

/** Keys that only `script` nodes have a use for. */
const scriptKeys = ['runtime', 'deps']

const runsProgram = { maxAttempts: 0, timeoutMs: programTimeoutMs, idleTimeoutMs: null }
const asksAgent = {
  timeoutMs: null,
  idleTimeoutMs: agentIdleTimeoutMs,
  withoutEffect: [...scriptKeys, 'with'],
}
const runsNothing = [...scriptKeys, 'with', 'retry', 'timeout', 'idle_timeout', 'env', 'cwd', 'on_interrupt']

/** What holds for an approval that has a rejection reworked: that is a prompt. */
export const reworkTraits: NodeTraits = { ...asksAgent, maxAttempts: 2 }

/** What holds for each type of node. */
export const nodeTraits: { readonly [Type in NodeType]: NodeTraits } = {
  bash: { ...runsProgram, withoutEffect: [...nodeAgentKeys, ...scriptKeys, 'with'] },
  script: { ...runsProgram, withoutEffect: nodeAgentKeys },
  prompt: { ...asksAgent, maxAttempts: 2 },
  command: { ...asksAgent, maxAttempts: 2, withoutEffect: scriptKeys },
  loop: { ...asksAgent, maxAttempts: 0 },
  approval: {
    maxAttempts: 0,
    timeoutMs: null,
    idleTimeoutMs: null,
    withoutEffect: [...nodeAgentKeys, ...runsNothing],
  },
  cancel: {
    maxAttempts: 0,
    timeoutMs: null,
    idleTimeoutMs: null,
    withoutEffect: [...nodeAgentKeys, ...runsNothing, 'allow_failure'],
  },
}

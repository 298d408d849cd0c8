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

const bashTimeoutMs = 120_000
const agentIdleTimeoutMs = 30 * 60_000

const asksAgent = { timeoutMs: null, idleTimeoutMs: agentIdleTimeoutMs, withoutEffect: [] }
const runsNothing = ['retry', 'timeout', 'idle_timeout', 'env', 'cwd', 'on_interrupt']

/** What holds for an approval that has a rejection reworked: that is a prompt. */
export const reworkTraits: NodeTraits = { ...asksAgent, maxAttempts: 2 }

/** What holds for each type of node. */
export const nodeTraits: { readonly [Type in NodeType]: NodeTraits } = {
  bash: { maxAttempts: 0, timeoutMs: bashTimeoutMs, idleTimeoutMs: null, withoutEffect: nodeAgentKeys },
  prompt: { ...asksAgent, maxAttempts: 2 },
  command: { ...asksAgent, maxAttempts: 2 },
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

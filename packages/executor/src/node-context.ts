import type { JsonObject, Scope, Template } from '@ion/core'
import type { Json, LogLevel } from '@ion/store'
import type { CallLog } from './agent/call-log.ts'
import type { PromptHandler } from './agent/prompt-handler.ts'
import type { ScriptPlan } from './script/plan-scripts.ts'

/** What a runner gets besides its node. It knows nothing of stores, retries, timeouts or events. */
export interface NodeContext {
  runId: string
  workflowName: string
  /** The node's path: `build`, or `refine/3` for a loop's third iteration. */
  path: string
  attempt: number
  /** The same for every attempt of the same work, also after a crash. */
  idempotencyKey: string
  /** Gives every reference of the node its value. */
  scope: Scope
  cwd: string
  /** The run's directory, which paths in a node's definition are relative to. */
  runCwd: string
  env: { [name: string]: string }
  /** Aborted when the body must end: timeout, cancel, stop, or the run is lost. The reason is a `Stop`. */
  signal: AbortSignal
  killAfterMs: number
  maxOutputBytes: number
  /** A folder for files that live as long as the body. */
  scratch: string
  /** The log file's path, for messages. */
  logPath: string
  /** Takes what the body prints: to the log and to whoever watches, and as a sign of life. */
  output(stream: 'stdout' | 'stderr' | 'agent', bytes: Uint8Array): void | Promise<void>
  /** Notes something: a line in the node's log, an entry in the run's, for whoever watches, and a sign of life. */
  log(level: LogLevel, message: string, data?: Json): void
  /** The conversation to begin with, as the node's `context` says; `null` for a new one. */
  session: string | null
  /** The host's AI; `null` when there is none. */
  prompt: PromptHandler | null
  /** The name of the agent that answers a node with these keys; `undefined` when nobody names it. */
  agentName(agent: JsonObject): string | undefined
  /** Is told of every call of the agent. */
  calls: CallLog
  /** The text of a command file, as it was when the run started. */
  command(name: string): CommandText
  /** What runs the node, which is a script. */
  script(): ScriptPlan
  /** Of a loop's iteration, and of a rework: what the one before left. */
  previous: { output: string; session: string | null } | null
}

/** A command file's text, parsed. */
export type CommandText = Template

/** What a body gives when it succeeds. What it throws is a `NodeFailure`. */
export interface NodeResult {
  output: string
  structured?: Json
  exitCode?: number
  session?: string
  /** Of a loop's iteration: whether it was the last, and by which channel that was decided. */
  last?: boolean
  channel?: 'until_field' | 'until' | 'until_bash'
}

/** Runs one body of one node type. */
export type Runner<Node> = (node: Node, context: NodeContext) => Promise<NodeResult>

import type { JsonObject, ProjectFolders, VariableName, WorkflowDefinition } from '@ion/core'
import type { IWorkflowStore, Json, LogLevel, WorkflowEvent } from '@ion/store'
import type { PromptHandler } from './agent/prompt-handler.ts'

/** A piece of what a node printed or an agent wrote, as it comes. */
export interface OutputChunk {
  runId: string
  /** The node's path. */
  nodeId: string
  attempt: number
  stream: 'stdout' | 'stderr' | 'agent'
  bytes: Uint8Array
}

/** What a prompt handler, or Ion itself, notes of a node besides its output, or of the run. */
export interface LogEntry {
  runId: string
  /** The node's path. Absent when it is about the run as a whole. */
  nodeId?: string
  /** Which attempt of the node. */
  attempt?: number
  level: LogLevel
  message: string
  /** Absent when there is none. */
  data?: Json
}

/** How long this executor's hold on a run lasts. */
export interface LeaseOptions {
  /** Milliseconds until a hold that nobody renews ends. Default 30,000. */
  ttlMs?: number
  /** Milliseconds between renewals. Default a third of `ttlMs`. */
  renewEveryMs?: number
}

/** What every call that runs nodes takes. */
export interface RunOptions {
  store: IWorkflowStore
  /** The host's AI. Needed when the workflow has a prompt, command or loop node. */
  prompt?: PromptHandler
  /** Whether `prompt` can answer a node with these keys for the agent (`provider`, …). Default: it answers all. */
  answers?: (agent: JsonObject) => boolean
  /** The name by which the log knows the agent that answers a node with these keys. Default: the node's `provider`. */
  agentName?: (agent: JsonObject) => string | undefined
  /**
   * Whether the log has the texts of all prompts and answers, secrets masked, and not only their digests. A text of more than 16 MiB is left
   * out, and its place says so. Default `false`.
   */
  recordTexts?: boolean
  /** Absolute folders in which the project's commands and scripts are found by name, in place of those in `.ion`. */
  folders?: ProjectFolders
  /** Stops the run where it is: nodes are ended, the run stays resumable, and the result says `interrupted`. */
  signal?: AbortSignal
  /** Called for every event once it is durable, in order. What it throws is ignored. */
  onEvent?: (event: WorkflowEvent) => void
  /** Called with everything nodes print and agents write, as it comes. What it throws is ignored. */
  onOutput?: (chunk: OutputChunk) => void
  /**
   * Called with every note: of a prompt handler (`context.log`), and of Ion's own about what is no event, such as a store that is
   * away for a moment. What it throws is ignored.
   */
  onLog?: (entry: LogEntry) => void
  /** The environment of the nodes' processes, before Ion's own variables. Default `process.env`. */
  env?: { [name: string]: string | undefined }
  /**
   * Where runs have their folders (`logs/`, `artifacts/`): `<artifactsDir>/<run id>`. Default: the store's own, if it
   * keeps run folders, else `.ion/runs` under the run's directory.
   */
  artifactsDir?: string
  lease?: LeaseOptions
  /** How often to look for signals from outside while nodes run, in milliseconds. Default 500. */
  signalPollMs?: number
  /** The most of a node's stdout that is kept as its output, in bytes; more fails the node. Default 16 MiB. */
  maxOutputBytes?: number
  /** Milliseconds between SIGTERM and SIGKILL when a node's processes are ended. Default 5,000. */
  killAfterMs?: number
}

/** What a run is started from. */
export interface ExecuteOptions extends RunOptions {
  /** The YAML text, or what `parseWorkflow` made of it. */
  workflow: string | WorkflowDefinition
  /** What the person wrote: `$ARGUMENTS`. Default `''`. */
  arguments?: string
  /** Values of the workflow's declared inputs; text is converted to the declared type. Default `{}`. */
  inputs?: JsonObject
  /** Default: a new random id. */
  runId?: string
  /** Where nodes run. Default `process.cwd()`. */
  cwd?: string
  /** Values for the variables that only the host can know: `BASE_BRANCH`, `DOCS_DIR`, `STATE_DIR`. */
  variables?: { [Name in VariableName]?: string }
  /** How many bodies may run at once, in place of the workflow's `max_parallel`. */
  maxParallel?: number
  /** Texts of command files by name. Default: read from `.ion/commands` of the project, then of the user. */
  commands?: { [name: string]: string }
  /** The host's own, kept with the run. */
  metadata?: JsonObject
  /** Larger is more urgent. Default 0. */
  priority?: number
  /**
   * The same key and content again gives the same run instead of a second one; other content is refused. The content is the workflow
   * with its files, the inputs and the arguments.
   */
  idempotencyKey?: string
  /**
   * What becomes of a run that was started before under the same id or key: `resume` goes on with it, `report` leaves it as it is and
   * says how it stands (`executed: false`). A run that was created and never started is started either way. Default `resume`.
   */
  ifExists?: 'resume' | 'report'
}

/** What a run is resumed from. */
export interface ResumeOptions extends RunOptions {
  runId: string
  /**
   * For a run that was created and never started, which has kept none of these: where nodes run (default
   * `process.cwd()`), values of the host's variables, and how many bodies may run at once. Any other run keeps its own.
   */
  unstarted?: Pick<ExecuteOptions, 'cwd' | 'variables' | 'maxParallel'>
}

/** A person's answer to a gate. */
export interface AnswerOptions extends ResumeOptions {
  /** The gate, or the node that asks: an approval, or a loop. Needed when several are open. */
  nodeId?: string
  /** What the person writes: the response of an approval, the reason of a rejection. Default `''`. */
  text?: string
  /** Who answers. */
  by?: string
  /** Goes on with the run in this process when nobody holds it. Default `false`: the answer is only sent. */
  resume?: boolean
}

/** The wish that a run be cancelled. */
export interface CancelOptions extends Omit<RunOptions, 'prompt'> {
  runId: string
  /** Default `''`. */
  reason?: string
  /** Who wants it. */
  by?: string
  /** How long to wait for an executor that holds the run to end it, in milliseconds. Default 30,000. */
  waitMs?: number
}

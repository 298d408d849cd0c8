import type { JsonObject } from '@ion/core'
import type { Json, LogLevel, Usage } from '@ion/store'

export type { LogLevel } from '@ion/store'

/** What the host is asked: one prompt of one attempt. */
export interface PromptRequest {
  /** The text, every reference resolved. */
  prompt: string
  runId: string
  workflowName: string
  /** The node's path: `review`, or `refine/3` for a loop's third iteration. */
  nodeId: string
  /** 1 for the first try. */
  attempt: number
  /** The workflow's and the node's keys for the agent (`provider`, `model`, `allowed_tools`, …), untouched. */
  agent: JsonObject
  /**
   * The JSON Schema that the answer must fit, from `output_format`; `null` when any text will do. The prompt doesn't speak of
   * it: telling the agent is the host's part. Answer with `structured`, or with JSON as `output`; an answer that doesn't fit
   * is asked for again, up to two times.
   */
  outputFormat: JsonObject | null
  /** The conversation to go on with, as an earlier answer named it; `null` for a new one. */
  session: string | null
  /** The same for every attempt of the same work, also after a crash: for systems that can ignore a repeat. */
  idempotencyKey: string
}

/** What the host may use while it answers. */
export interface PromptContext {
  /** Aborted on timeout, cancel, and when the run is lost. Stop then. */
  signal: AbortSignal
  /** Where the node is to work. */
  cwd: string
  /** The environment a process of this node gets. */
  env: { [name: string]: string }
  /**
   * Streams a piece of the answer: to the node's log and to whoever watches. It also counts as a sign of life.
   *
   * @returns a promise when the log is slower than the writer: one that streams much waits for it before the next piece.
   * @throws {NodeFailure} `log_overrun` when more than 16 MiB were streamed ahead of the log without waiting.
   */
  write(chunk: string | Uint8Array): void | Promise<void>
  /**
   * Notes something besides the answer: a line in the node's log, a call of `onLog` for whoever watches, and an entry in the run's
   * log, where the store keeps one. It also counts as a sign of life.
   *
   * Entries are written in batches, some 250 ms later, and never hold up or fail the node: what can't be written is lost, and its number
   * is noted. An entry of more than 64 KiB as JSON is cut there, and says so.
   *
   * @param data - Any JSON value: facts that belong to the message.
   *
   * @example
   * log('warn', 'rate limited', { retryAfterMs: 1_200 })
   */
  log(level: LogLevel, message: string, data?: Json): void
}

/** An answer with what belongs to it. */
export interface PromptResult {
  output: string
  structured?: Json
  /** What the call cost; one entry, or one a model. */
  usage?: Usage | Usage[]
  /** What continues this conversation. */
  session?: string
}

/**
 * The host's AI: answers a prompt. A plain string is an answer without extras. What it throws fails the attempt; the
 * failure is retried as transient when the error has `transient: true`, a network error's `code`, or an HTTP `status` of
 * 408, 425, 429 or 5xx.
 *
 * @example
 * const prompt: PromptHandler = async ({ prompt }, { signal }) => (await model.ask(prompt, { signal })).text
 */
export type PromptHandler = (
  request: PromptRequest,
  context: PromptContext,
) => Promise<string | PromptResult> | string | PromptResult

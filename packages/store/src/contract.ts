import type { Claim, Owner } from './claim.ts'
import type { Failure, NewEvent, Output, WorkflowEvent } from './event.ts'
import type { Page, PageRequest, RunFilter } from './filter.ts'
import type { Json } from './json.ts'
import type { AppendPatch, NewRun, RunFields, RunPatch, RunSummary, WorkflowRun } from './run.ts'
import type { NewSignal, WorkflowSignal } from './signal.ts'

/** Every call of a store may be given up by its caller. What had begun to be written may still land. */
export interface CallOptions {
  signal?: AbortSignal
}

/** What a deletion may ask for. */
export interface DeleteOptions extends CallOptions {
  /**
   * The last sequence that the caller knows: who has looked at a run, and deletes it for what was seen, names it, so that a run that
   * went on meanwhile stays. Default: the run goes wherever its log ends.
   */
  expectedSequence?: number
}

/** What a store promises beyond the contract, declared and never guessed. */
export interface StoreAbilities {
  /** Whether several processes may use the same data at once. */
  processes: 'one' | 'many'
  /** Whether several machines may. */
  hosts: 'one' | 'many'
  /** The most bytes one event may have as JSON in UTF-8, its blobs not counted. */
  maxEventBytes: number
}

/** Bytes that are durable no later than the events of the same append. */
export interface Blob {
  /** Chosen by the writer: 1 to 256 of A-Z a-z 0-9 . _ -, segments separated by slashes, none beginning with a dot. */
  ref: string
  bytes: Uint8Array
}

/** One batch: all of it lands, or nothing does. */
export interface Append {
  /** Chosen by the writer, unique. The same id and content again gives the first result and no second effect. */
  commitId: string
  /** The last sequence the writer knows; 0 for an empty log. */
  expectedSequence: number
  /** Required while the run has a live claim. */
  claim?: Claim
  /** The last signal the writer has seen; required when the append pauses, ends or releases the run. */
  expectedSignal?: number
  /** May be empty (a pause, a release). */
  events: NewEvent[]
  blobs?: Blob[]
  run?: AppendPatch
  /** Gives the claim back in the same step. Default `false`. */
  release?: boolean
}

/** The append that comes with a claim: it is neither fenced by a claim nor gives one back. */
export type ClaimAppend = Omit<Append, 'claim' | 'expectedSignal' | 'release'>

/** What an append came to. */
export interface Appended {
  /** The log's last sequence right after this append. */
  lastSequence: number
  /** The last signal when the append landed. */
  lastSignal: number
  /** The timestamp of the append's events (ISO, milliseconds, the store's clock). */
  timestamp: string
}

/** A granted claim, with what its append came to. */
export interface Claimed extends Appended {
  claim: Claim
}

/** A completed node's output, resolved to its text. */
export interface NodeOutput {
  output: string
  structured?: Json
  completedAt: string
}

/**
 * What a store implements. `composeStore` adds the derived calls and makes it an `IWorkflowStore`.
 *
 * For every call: what is returned are copies; reads see one's own writes; calls may overlap on one handle; timestamps
 * are ISO strings with milliseconds by the store's clock; errors are `StoreError`s and only `unavailable` may be retried. A call
 * whose signal is aborted already rejects with the signal's reason.
 */
export interface StorePrimitives {
  readonly abilities: StoreAbilities

  /**
   * Creates a run, durably. The same id (or idempotency key) and content again gives the existing run.
   *
   * @throws `already_exists` for the same id or key with other content; its `details.id` is the run that has it.
   */
  createWorkflowRun(run: NewRun, options?: CallOptions): Promise<WorkflowRun>

  /** A run's record, its claim judged now; `null` when there is none. */
  getWorkflowRun(id: string, options?: CallOptions): Promise<WorkflowRun | null>

  /**
   * Changes what is neither log nor status; needs no claim.
   *
   * @throws `not_found`
   */
  updateRunFields(id: string, fields: RunFields, options?: CallOptions): Promise<WorkflowRun>

  /** Runs newest first by `(createdAt, id)`. Stable under inserts: a run is on no page twice and none is left out. */
  listWorkflowRuns(filter: RunFilter, page: PageRequest, options?: CallOptions): Promise<Page<RunSummary>>

  /**
   * Takes a run away with all that belongs to it. Deleting what is not there does nothing, whatever is expected of it.
   *
   * @throws `lease_lost` while somebody alive holds the run; `conflict` when its log ends elsewhere than at `expectedSequence`.
   */
  deleteWorkflowRun(id: string, options?: DeleteOptions): Promise<void>

  /**
   * THE write: all or nothing, durable when it resolves, sequences without gaps. `guardAppend` has its rules.
   *
   * @throws `not_found`, `lease_lost`, `conflict`, `invalid_transition`, `invalid_record`, `too_large`
   */
  appendEvents(id: string, append: Append, options?: CallOptions): Promise<Appended>

  /**
   * Events in order of sequence, those after `after` (default 0, all), at most `limit`.
   *
   * @throws `not_found`
   */
  getWorkflowEvents(
    id: string,
    page: { after?: number; limit: number },
    options?: CallOptions,
  ): Promise<WorkflowEvent[]>

  /** @throws `not_found` when the run or the blob is not there. */
  readBlob(id: string, ref: string, options?: CallOptions): Promise<Uint8Array>

  /**
   * Grants the run to an owner for `ttlMs` AND appends, in one step; or `null` and no effect when somebody alive holds
   * it. A run whose owner is dead or has outlived its lease is granted anew. The append must leave the run running
   * (`guardClaimAppend`). The same `commitId` again, with the same owner and `ttlMs`, gives the first grant while it lasts.
   *
   * @throws as `appendEvents`
   */
  claimWorkflowRun(
    id: string,
    owner: Owner,
    ttlMs: number,
    append: ClaimAppend,
    options?: CallOptions,
  ): Promise<Claimed | null>

  /**
   * Makes a claim last `ttlMs` from now, which may be shorter than before.
   *
   * @throws `lease_lost` when it is not the current one or has expired.
   */
  renewClaim(id: string, claim: Claim, ttlMs: number, options?: CallOptions): Promise<Claim>

  /**
   * Stores a signal, durably, with the run's next signal number. The same id again gives the first one.
   *
   * @throws `not_found`; `conflict` for the same id with other content.
   */
  sendSignal(id: string, signal: NewSignal, options?: CallOptions): Promise<WorkflowSignal>

  /**
   * Signals in order of their numbers, those after `after` (default 0, all), at most `limit`.
   *
   * @throws `not_found`
   */
  getSignals(
    id: string,
    page: { after?: number; limit: number },
    options?: CallOptions,
  ): Promise<WorkflowSignal[]>

  /** Waits for what is in flight, then lets go of everything. Later calls are refused as `unavailable`. */
  close(): Promise<void>
}

/** The contract between Ion and where its runs are kept. */
export interface IWorkflowStore extends Omit<StorePrimitives, 'updateRunFields'> {
  /**
   * Changes a run's record. A change of status is an append with the event that belongs to it, under the same guards.
   *
   * @throws `not_found`, `lease_lost`, `conflict`, `invalid_transition`
   */
  updateWorkflowRun(
    id: string,
    patch: RunPatch,
    options?: CallOptions & { claim?: Claim },
  ): Promise<WorkflowRun>

  /** Appends one event at the end of the log, wherever that is. @throws as `appendEvents` */
  createWorkflowEvent(
    id: string,
    event: NewEvent,
    options?: CallOptions & { claim?: Claim },
  ): Promise<WorkflowEvent>

  /** Ends a run as failed. @throws as `appendEvents` */
  failWorkflowRun(id: string, error: Failure, options?: CallOptions & { claim?: Claim }): Promise<WorkflowRun>

  /** The outputs of every path whose last event is `node_completed`: a convenience for hosts. @throws `not_found` */
  getCompletedDagNodeOutputs(id: string, options?: CallOptions): Promise<Map<string, NodeOutput>>
}

/** Whether an output lies in a blob. */
export function isBlobRef(output: Output): output is Exclude<Output, string> {
  return typeof output !== 'string'
}

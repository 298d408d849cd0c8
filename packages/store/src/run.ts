import { z } from 'zod'
import type { ClaimView } from './claim.ts'
import type { Failure } from './event.ts'
import { failureSchema } from './event.ts'
import { runIdSchema } from './ids.ts'
import { type JsonObject, jsonObjectSchema } from './json.ts'
import { type RunStatus, runStatuses } from './transitions.ts'

/** A workflow as it was when its run started: whatever is edited later, a resume uses this. */
export interface StoredDefinition {
  /** The source text's language: `yaml`, `sop`, or `json` for a definition that was handed over as an object. */
  format: string
  source: string
  /** SHA-256, hex, over the source and the files. */
  digest: string
  /** Where the source was read from, for messages; `null` when it came from no file. */
  path: string | null
  /** Files the definition names (command files, scripts): name → text. */
  files: { [name: string]: string }
}

/** What a run is created from. */
export interface NewRun {
  id: string
  workflowName: string
  definition: StoredDefinition
  /** The arguments a person gave in words. Default `''`. */
  userMessage?: string
  /** Values of the workflow's declared inputs. Default `{}`. */
  inputs?: JsonObject
  /** The host's own; the engine never reads it. Default `{}`. */
  metadata?: JsonObject
  /** Larger is more urgent. Default 0. */
  priority?: number
  /** A second `createWorkflowRun` with the same key and content gives this run. Default `null`. */
  idempotencyKey?: string | null
  /** When the run wants to be looked at (ISO). Default `null`. */
  wakeAt?: string | null
}

/** A run's record. */
export interface WorkflowRun {
  id: string
  workflowName: string
  status: RunStatus
  userMessage: string
  inputs: JsonObject
  definition: StoredDefinition
  metadata: JsonObject
  priority: number
  idempotencyKey: string | null
  wakeAt: string | null
  error: Failure | null
  createdAt: string
  updatedAt: string
  startedAt: string | null
  finishedAt: string | null
  /** The log's last sequence; 0 when it is empty. */
  lastSequence: number
  /** The number of the last signal; 0 when there is none. */
  lastSignal: number
  /** The current claim, as the store judges it now; `null` when nobody holds the run. */
  claim: ClaimView | null
}

/** A run in a list: no definition, no inputs, no metadata. */
export type RunSummary = Omit<WorkflowRun, 'definition' | 'inputs' | 'metadata'>

/** What `updateWorkflowRun` may change. */
export interface RunPatch {
  /**
   * A change of status is an append: it needs the claim of a claimed run, follows the table of transitions, and
   * writes the event that belongs to it.
   */
  status?: RunStatus
  /** Why the run failed; only with `status: 'failed'`. */
  error?: Failure
  /** Merged into the run's metadata, member by member; a member of `null` is taken out (RFC 7396, one level). */
  metadata?: JsonObject
  priority?: number
  wakeAt?: string | null
}

/** The part of a patch that is no append: it needs no claim and leaves log and status as they are. */
export type RunFields = Omit<RunPatch, 'status' | 'error'>

/** What an append may change of the run's record besides what its events imply. */
export interface AppendPatch {
  /** Only `paused` needs saying: every other status follows from an event of the append. */
  status?: RunStatus
  wakeAt?: string | null
  /** Another definition takes the place of the stored one. */
  definition?: StoredDefinition
}

const isoTime = z.iso.datetime({ precision: 3 })

// Not `z.record`, which drops a member called `__proto__`.
const textsByName = z.custom<{ [name: string]: string }>(
  (value) => jsonObjectSchema.safeParse(value).success && Object.values(Object(value)).every(isText),
  { message: 'must be an object of texts' },
)

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

/** Schema of a stored definition. */
export const storedDefinitionSchema: z.ZodType<StoredDefinition> = z.strictObject({
  format: z.string().min(1).max(64),
  source: z.string(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  path: z.string().nullable(),
  files: textsByName,
})

/** Schema of what a run is created from. */
export const newRunSchema = z.strictObject({
  id: runIdSchema,
  workflowName: z.string().min(1).max(256),
  definition: storedDefinitionSchema,
  userMessage: z.string().default(''),
  inputs: jsonObjectSchema.default({}),
  metadata: jsonObjectSchema.default({}),
  priority: z.number().int().default(0),
  idempotencyKey: z.string().min(1).max(256).nullable().default(null),
  wakeAt: isoTime.nullable().default(null),
})

/** Schema of what `updateWorkflowRun` may change. */
export const runPatchSchema = z
  .strictObject({
    status: z.enum(runStatuses).optional(),
    error: failureSchema.optional(),
    metadata: jsonObjectSchema.optional(),
    priority: z.number().int().optional(),
    wakeAt: isoTime.nullable().optional(),
  })
  .refine((patch) => patch.error === undefined || patch.status === 'failed', {
    message: "an error belongs to `status: 'failed'`",
    path: ['error'],
  })

/** Schema of what an append may change besides what its events imply. */
export const appendPatchSchema = z.strictObject({
  status: z.enum(runStatuses).optional(),
  wakeAt: isoTime.nullable().optional(),
  definition: storedDefinitionSchema.optional(),
})

/** A run's status, or `interrupted`: it says running, and nobody who is alive holds it. */
export type DerivedStatus = RunStatus | 'interrupted'

/**
 * What a reader shows as a run's status: `interrupted` for a running run whose owner is gone, else its status.
 *
 * @example
 * derivedStatus({ status: 'running', claim: null }) // 'interrupted'
 */
export function derivedStatus(run: Pick<WorkflowRun, 'status' | 'claim'>): DerivedStatus {
  return run.status === 'running' && run.claim?.state !== 'live' ? 'interrupted' : run.status
}

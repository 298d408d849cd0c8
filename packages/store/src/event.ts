import { z } from 'zod'
import { artifactsSchema } from './artifact-record.ts'
import { blobRefSchema } from './blob-ref.ts'
import { nodePathSchema } from './ids.ts'
import { type JsonObject, jsonObjectSchema, jsonSchema } from './json.ts'

/** The eight types of event. Nothing else is ever in a log. */
export const eventTypes = [
  'workflow_started',
  'workflow_completed',
  'workflow_failed',
  'workflow_cancelled',
  'node_started',
  'node_completed',
  'node_failed',
  'node_skipped',
] as const

/** One of the eight types of event. */
export type EventType = (typeof eventTypes)[number]

/** Schema of an event type; a ninth is refused. */
export const eventTypeSchema = z.enum(eventTypes)

/** Why a node or a run failed. `code` is stable, `message` is for people. */
export const failureSchema = z.looseObject({
  code: z.string().min(1),
  message: z.string(),
})

/** Why a node or a run failed: a stable `code`, a `message` for people, and whatever facts belong to the code. */
export type Failure = z.infer<typeof failureSchema>

const milliseconds = z.number().nonnegative()
const ordinal = z.number().int().positive()
const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** What an agent reports that a call cost: one entry a model. Fields that the agent did not report are absent. */
export const usageSchema = z.looseObject({
  model: z.string().optional(),
  inputTokens: z.number().nonnegative().optional(),
  outputTokens: z.number().nonnegative().optional(),
  /** In the currency of the host's choice, usually US dollars. */
  cost: z.number().nonnegative().optional(),
})

/** What an agent reports that a call cost. */
export type Usage = z.infer<typeof usageSchema>

/** A node's output: its text, or where the text lies. */
export const outputSchema = z.union([z.string(), blobRefSchema])

/** A node's output: its text, or where the text lies. */
export type Output = z.infer<typeof outputSchema>

/** One call of the host's agent, as the event tells of it that ends the attempt. */
export const agentCallSchema = z.looseObject({
  /** Counts the calls of the attempt: 1, 2, 3 … Entries with the same number are of one call, which several models answered. */
  number: ordinal,
  /** The agent's name; absent when the node names none and the host doesn't either. */
  agent: z.string().optional(),
  /** The model that the node asks for, where the agent doesn't say which one answered. */
  requestedModel: z.string().optional(),
  durationMs: milliseconds.optional(),
  /** The code of the failure that the call ended with (`agent_failed`, `timeout`, `stopped` …); absent when it was answered. */
  error: z.string().min(1).optional(),
  /** SHA-256, hex, of the prompt in UTF-8, secrets masked. With the first entry of a call only, as what follows. */
  promptSha256: digest.optional(),
  /** The same of the answer's text; absent when there was none. */
  outputSha256: digest.optional(),
  /** The prompt, when texts are recorded. */
  prompt: outputSchema.optional(),
  /** The answer's text, when texts are recorded; absent when it is the event's own `output`. */
  output: outputSchema.optional(),
  /** Why a text that was to be recorded is missing: `too_large`, or `stopped` when the attempt was cut short. */
  textsOmitted: z.string().optional(),
})

/** One call of the host's agent. */
export type AgentCall = z.infer<typeof agentCallSchema>

/** What a call cost, and which call it was. Logs of earlier versions tell only of calls that reported a cost, without `call`. */
export const recordedUsageSchema = usageSchema.extend({ call: agentCallSchema.optional() })

/** What a call cost, and which call it was. */
export type RecordedUsage = z.infer<typeof recordedUsageSchema>

const outcome = {
  attempt: ordinal.optional(),
  durationMs: milliseconds.optional(),
  output: outputSchema.optional(),
  exitCode: z.number().int().optional(),
  /** Every call of the host's agent in this attempt, in order; one entry a call, or one a model of it. */
  usage: z.array(recordedUsageSchema).optional(),
  /** The files that were new or changed in the run's `artifacts/` when the body had ended. */
  artifacts: artifactsSchema.optional(),
  /** The number of the signal that this event takes. A signal is taken if and only if an event names it. */
  signal: ordinal.optional(),
}

/**
 * The payload of each event type, as far as every reader relies on it. Other members are kept untouched: an executor
 * adds its own (how a loop ended, why a node was skipped).
 */
export const payloadSchemas = {
  workflow_started: z.looseObject({
    /** This start goes on with a run that was started before. */
    resumed: z.boolean().optional(),
    /** Node ids whose outcomes, with those of everything below them, are void from here on. */
    rerun: z.array(z.string()).optional(),
  }),
  workflow_completed: z.looseObject({ durationMs: milliseconds.optional() }),
  workflow_failed: z.looseObject({ error: failureSchema, durationMs: milliseconds.optional() }),
  workflow_cancelled: z.looseObject({
    reason: z.string().optional(),
    durationMs: milliseconds.optional(),
    signal: ordinal.optional(),
  }),
  node_started: z.looseObject({
    attempt: ordinal.optional(),
    /** An approval gate: it stays open until an answer ends it, also when its executor is gone. */
    gate: z.looseObject({ message: z.string() }).optional(),
  }),
  node_completed: z.looseObject({
    ...outcome,
    structured: jsonSchema.optional(),
    /** How an answered gate was answered. */
    decision: z.string().optional(),
    by: z.string().optional(),
    /** What continues an agent's conversation. */
    session: z.string().optional(),
    /** Of a loop's iteration: whether it was the last. */
    last: z.boolean().optional(),
  }),
  node_failed: z.looseObject({
    ...outcome,
    error: failureSchema,
    /** The node runs again: at `retryAt`, or at once when the failure was an interruption. */
    willRetry: z.boolean().optional(),
    /** When the next attempt is due, in the store's time (ISO, milliseconds). */
    retryAt: z.string().optional(),
    /** The executor was lost; this is no attempt of the node's. */
    interrupted: z.boolean().optional(),
    decision: z.string().optional(),
    by: z.string().optional(),
    /** The failure does not fail the run, nor those that depend on the node. */
    allowed: z.boolean().optional(),
  }),
  node_skipped: z.looseObject({
    /** Which rule, which upstream, which expression with which values. */
    reason: z.looseObject({ rule: z.string() }),
    /** The skip goes back to a failure upstream. */
    becauseOfFailure: z.boolean().optional(),
  }),
} as const satisfies Record<EventType, z.ZodType>

/** The payload of an event of this type. */
export type EventPayload<Type extends EventType> = z.infer<(typeof payloadSchemas)[Type]>

/** An event to be appended. `nodeId` is a node's path: present for node events, absent for workflow events. */
export type NewEvent = {
  [Type in EventType]: Type extends `node_${string}`
    ? { type: Type; nodeId: string; payload: EventPayload<Type> }
    : { type: Type; nodeId?: undefined; payload: EventPayload<Type> }
}[EventType]

/** An event of a run's log. */
export type WorkflowEvent = NewEvent & {
  runId: string
  /** 1, 2, 3 … per run, without gaps. */
  sequence: number
  /** When the store took it (ISO, milliseconds, the store's clock). */
  timestamp: string
  /** Which append brought it. */
  commitId: string
}

const isNodeEvent = (type: EventType) => type.startsWith('node_')

/**
 * Schema of an event to be appended: one of the eight types, a node path exactly when the type is a node's, and a
 * JSON payload of that type's shape. What passes comes back as the same object, unchanged.
 */
export const newEventSchema: z.ZodType<NewEvent> = z
  .custom<NewEvent>()
  .superRefine((value: unknown, context) => {
    const envelope = envelopeSchema.safeParse(value)
    if (!envelope.success) {
      for (const { path, message } of envelope.error.issues)
        context.addIssue({ code: 'custom', path, message })
      return
    }
    const { type, nodeId, payload } = envelope.data
    if (isNodeEvent(type) !== (nodeId !== undefined)) {
      const message = isNodeEvent(type) ? `${type} needs a nodeId` : `${type} has no nodeId`
      context.addIssue({ code: 'custom', path: ['nodeId'], message })
    }
    const shape = payloadSchemas[type].safeParse(payload)
    if (!shape.success) {
      for (const { path, message } of shape.error.issues) {
        context.addIssue({ code: 'custom', path: ['payload', ...path], message })
      }
    }
  })

const envelopeSchema = z.strictObject({
  type: eventTypeSchema,
  nodeId: nodePathSchema.optional(),
  payload: jsonObjectSchema as z.ZodType<JsonObject>,
})

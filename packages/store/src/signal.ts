import { z } from 'zod'
import { nodePathSchema } from './ids.ts'
import { type Json, jsonSchema } from './json.ts'

/** Word from outside to a run: an answer to an open gate, or the wish that the run be cancelled. */
export interface NewSignal {
  /** Chosen by the sender; the same id again gives the first signal and no second effect. At most 128 characters. */
  id: string
  kind: 'answer' | 'cancel'
  /** The gate that is answered: its node path and the sequence of the `node_started` that opened it. */
  gate?: { nodeId: string; opened: number }
  /** Who sends it, for the record. */
  by?: string
  /** What is said: of an answer `{decision, text?}`, of a cancel `{reason?}`. */
  payload?: Json
}

/** A signal as stored: numbered 1, 2, 3 … per run. */
export interface WorkflowSignal extends NewSignal {
  runId: string
  sequence: number
  /** When the store took it (ISO, milliseconds, the store's clock). */
  sentAt: string
  /** The run's last sequence when the signal was stored. */
  atEvent: number
}

/** Schema of a signal to be sent. */
export const newSignalSchema: z.ZodType<NewSignal> = z
  .strictObject({
    id: z.string().min(1).max(128),
    kind: z.enum(['answer', 'cancel']),
    gate: z.strictObject({ nodeId: nodePathSchema, opened: z.number().int().positive() }).optional(),
    by: z.string().max(256).optional(),
    payload: jsonSchema.optional(),
  })
  .refine((signal) => (signal.kind === 'answer') === (signal.gate !== undefined), {
    message: 'an answer names its gate; a cancel names none',
    path: ['gate'],
  }) as z.ZodType<NewSignal>

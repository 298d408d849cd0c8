import { z } from 'zod'
import { textSchema } from './text.ts'

const iterations = 'must be a whole number above 0'

/** What stands under `loop:`. */
export const loopSchema = z
  .object({
    prompt: textSchema,
    command: textSchema,
    until: textSchema,
    until_bash: textSchema,
    until_field: textSchema,
    max_iterations: z.int(iterations).min(1, iterations),
    fresh_context: z.boolean('must be `true` or `false`'),
    interactive: z.boolean('must be `true` or `false`'),
    gate_message: textSchema,
    signal_completes: z.boolean('must be `true` or `false`'),
  })
  .partial()

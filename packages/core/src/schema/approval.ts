import { z } from 'zod'
import { textSchema } from './text.ts'

const attempts = 'must be a whole number from 1 to 10'

/** What stands under `approval:`. */
export const approvalSchema = z
  .object({
    message: textSchema,
    capture_response: z.boolean('must be `true` or `false`'),
    on_reject: z.record(z.string(), z.unknown(), 'must be a mapping'),
  })
  .partial()

/** What stands under `on_reject:`. */
export const onRejectSchema = z
  .object({
    prompt: textSchema,
    max_attempts: z.int(attempts).min(1, attempts).max(10, attempts),
  })
  .partial()

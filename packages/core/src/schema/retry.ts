import { z } from 'zod'
import { delaySchema } from './duration.ts'

const attempts = 'must be a whole number from 0 to 100'

/** `retry:` of a node or of the defaults. */
export const retrySchema = z
  .object({
    max_attempts: z.int(attempts).min(0, attempts).max(100, attempts),
    delay_ms: delaySchema,
    on_error: z.enum(['transient', 'all'], 'must be `transient` or `all`'),
  })
  .partial()

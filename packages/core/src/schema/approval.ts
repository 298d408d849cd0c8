import { z } from 'zod'
import { textSchema } from './text.ts'

/** What stands under `approval:`. */
export const approvalSchema = z
  .object({
    message: textSchema,
    capture_response: z.boolean('must be `true` or `false`'),
  })
  .partial()

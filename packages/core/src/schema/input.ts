import { z } from 'zod'

/** The types that an input can have. */
export const inputTypes = ['string', 'number', 'boolean', 'json'] as const

/** What stands under the name of an input. */
export const inputSchema = z
  .object({
    type: z.enum(inputTypes, `must be one of ${inputTypes.map((type) => `\`${type}\``).join(', ')}`),
    description: z.string('must be a text').nullable(),
    required: z.boolean('must be `true` or `false`'),
    default: z.unknown(),
    enum: z.array(z.unknown(), 'must be a list of values').min(1, 'must not be empty'),
  })
  .partial()

import { z } from 'zod'

/** Where something lies that is too large for its event: a blob of this run. */
export const blobRefSchema = z.object({
  ref: z.string().min(1).max(256),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** Where something lies that is too large for its event: a blob of this run. */
export type BlobRef = z.infer<typeof blobRefSchema>

import { z } from 'zod'
import { blobRefSchema } from './blob-ref.ts'

/** A file as it was when a node had ended. */
export const recordedFileSchema = z.looseObject({
  /** Its path below the run's `artifacts/`, with slashes. */
  key: z.string().min(1),
  mediaType: z.string(),
  /** In bytes. */
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** When the file says that it was changed last (ISO, milliseconds, by the clock of its machine). */
  modifiedAt: z.string(),
})

/** A file that is there, and why it could not be recorded. */
export const unrecordedFileSchema = z.looseObject({ key: z.string().min(1), problem: z.string() })

/** A file that a node made or changed: as it was, or why that can't be said. */
export const artifactRecordSchema = z.union([unrecordedFileSchema, recordedFileSchema])

/** A file as it was when a node had ended. */
export type RecordedFile = z.infer<typeof recordedFileSchema>

/** A file that a node made or changed: as it was, or why that can't be said. */
export type ArtifactRecord = z.infer<typeof artifactRecordSchema>

/** What the end of a node says of its files: all of them, or which blob has the list. */
export const artifactsSchema = z.union([z.array(artifactRecordSchema), blobRefSchema])

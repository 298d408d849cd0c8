import { z } from 'zod'
import type { Annotation, AnnotationFilter, AnnotationQuery, NewAnnotation } from './annotations.ts'
import { checkRecord } from './check-record.ts'
import { contentDigest } from './content-digest.ts'
import type { StoreAbilities } from './contract.ts'
import { ConflictError, TooLargeError } from './errors.ts'
import { nodePathSchema, runIdSchema } from './ids.ts'
import { copyJson, jsonSchema } from './json.ts'
import { timeSchema } from './time-schema.ts'

// What a store that takes annotations does with what it is handed, as pure functions.

const annotationSchema = z.strictObject({
  key: z
    .string()
    .regex(
      /^[A-Za-z0-9_][A-Za-z0-9._:/-]{0,127}$/,
      'must be 1 to 128 of A-Z a-z 0-9 . _ : / - and begin with a letter, a digit or _',
    ),
  value: jsonSchema,
  actor: z.string().max(256).optional(),
  scope: nodePathSchema.optional(),
  attempt: z.number().int().positive().optional(),
  idempotencyKey: z.string().min(1).max(128).optional(),
})

const querySchema = z.strictObject({
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9._:/-]{0,128}$/, 'must be the beginning of a key')
    .optional(),
  scope: nodePathSchema.optional(),
  actor: z.string().max(256).optional(),
  since: timeSchema.optional(),
  until: timeSchema.optional(),
  after: z.number().int().nonnegative().optional(),
  limit: z.number().int().min(1).max(1_000),
})

/**
 * An annotation to be stored: checked, and a copy.
 *
 * @throws {InvalidRecordError} naming every fault; {TooLargeError}
 */
export function givenAnnotation(annotation: NewAnnotation, { maxEventBytes }: StoreAbilities): NewAnnotation {
  checkRecord(annotationSchema, annotation, 'annotation')
  const bytes = Buffer.byteLength(JSON.stringify(annotation))
  if (bytes <= maxEventBytes) return copyJson(annotation)
  throw new TooLargeError(
    `annotation ${annotation.key} has ${bytes} bytes; this store takes ${maxEventBytes} an annotation`,
    { bytes, maxEventBytes },
  )
}

const placeSchema = z.looseObject({
  runId: runIdSchema,
  sequence: z.number().int().positive(),
  annotatedAt: timeSchema,
})

/**
 * Checks an annotation as another store has it.
 *
 * @throws {InvalidRecordError} naming every fault; {TooLargeError}
 */
export function checkImportedAnnotation(annotation: Annotation, abilities: StoreAbilities): void {
  checkRecord(placeSchema, annotation, 'annotation')
  const { runId: _, sequence: __, annotatedAt: ___, ...content } = annotation
  givenAnnotation(content, abilities)
}

/**
 * Which annotations are wanted: checked, and a copy.
 *
 * @throws {InvalidRecordError} naming every fault.
 */
export function givenAnnotationQuery(query: AnnotationQuery): AnnotationQuery & { after: number } {
  checkRecord(querySchema, query, 'query')
  return { ...copyJson(query), after: query.after ?? 0 }
}

/**
 * What an annotation that comes again is told: the one that was stored first under its idempotency key.
 *
 * @throws {ConflictError} when that one says something else.
 */
export function firstAnnotation(first: Annotation, again: NewAnnotation): Annotation {
  const { runId: _, sequence: __, annotatedAt: ___, ...content } = first
  if (contentDigest(content) === contentDigest(again)) return first
  const { idempotencyKey = '' } = again
  throw new ConflictError(`annotation ${JSON.stringify(idempotencyKey)} was made with other content`, {
    idempotencyKey,
  })
}

/** Whether an annotation meets a filter: what every store's list must agree with. */
export function matchesAnnotation(
  annotation: Pick<Annotation, 'key' | 'scope' | 'actor' | 'annotatedAt'>,
  { prefix = '', scope, actor, since, until }: AnnotationFilter,
): boolean {
  return (
    annotation.key.startsWith(prefix) &&
    (scope === undefined || annotation.scope === scope) &&
    (actor === undefined || annotation.actor === actor) &&
    (since === undefined || annotation.annotatedAt >= since) &&
    (until === undefined || annotation.annotatedAt < until)
  )
}

import { checkImportedAnnotation } from './annotation-rules.ts'
import type { Annotation } from './annotations.ts'
import { contentDigest } from './content-digest.ts'
import type { CallOptions, StoreAbilities } from './contract.ts'
import { ConflictError, InvalidRecordError } from './errors.ts'
import { copyJson } from './json.ts'

/** A store that can take annotations over from another store, as they are there. */
export interface AnnotationImport {
  /**
   * Puts annotations to a run as another store has them: with their numbers and times. Those that the run has already, the same, are left
   * alone, so what was cut short is done again with the same call. All of them land, or a beginning of them when the call fails.
   *
   * @param annotations - By their numbers, without a gap; at most 1,000. The first goes on where the run's own end, or before.
   * @returns how many the run did not have.
   * @throws `not_found`; `invalid_record`; `too_large`; `conflict` when the run has another annotation of a number or of an idempotency
   * key, or lacks those before the first.
   *
   * @example
   * const annotations = await from.listAnnotations(id, { limit: 1_000 })
   * if (importsAnnotations(to)) await to.importAnnotations(id, annotations)
   */
  importAnnotations(id: string, annotations: readonly Annotation[], options?: CallOptions): Promise<number>
}

/** Whether a store takes annotations over from another one. */
export function importsAnnotations<Store extends object>(store: Store): store is Store & AnnotationImport {
  return 'importAnnotations' in store && typeof store.importAnnotations === 'function'
}

const mostAtOnce = 1_000

/**
 * Annotations to be taken over: checked, and a copy.
 *
 * @throws {InvalidRecordError} naming every fault of one; {TooLargeError}
 */
export function givenImportedAnnotations(
  id: string,
  annotations: readonly Annotation[],
  abilities: StoreAbilities,
): Annotation[] {
  if (!Array.isArray(annotations) || annotations.length > mostAtOnce) {
    throw new InvalidRecordError(`annotations are taken over as a list of at most ${mostAtOnce}`)
  }
  const given: readonly Annotation[] = annotations
  for (const annotation of given) checkImportedAnnotation(annotation, abilities)
  for (const [index, { runId, sequence }] of given.entries()) {
    if (runId !== id)
      throw new InvalidRecordError(`annotation ${sequence} is that of run ${runId}, not of run ${id}`)
    if (sequence !== (given[0]?.sequence ?? 0) + index)
      throw new InvalidRecordError(`annotation ${sequence} of run ${id} is out of place`)
  }
  return copyJson([...given])
}

/** Which of a run's own annotations `missingAnnotations` has to be told of. */
export function annotationsBeside(given: readonly Annotation[]): { after: number; count: number } {
  const first = given[0]?.sequence ?? 1
  return { after: Math.max(0, first - 2), count: given.length + 1 }
}

/**
 * Those of some annotations that a run lacks. Pure.
 *
 * @param own - What the run has after `after`, at most `count` (`annotationsBeside`).
 * @throws {ConflictError} when it has another one in the place of one, or lacks those before them.
 */
export function missingAnnotations(own: readonly Annotation[], given: readonly Annotation[]): Annotation[] {
  const [first] = given
  if (!first) return []
  const before = first.sequence - 1
  if (before > 0 && !own.some(({ sequence }) => sequence === before)) {
    throw new ConflictError(
      `run ${first.runId} has no annotation ${before}, which comes before those to be taken over`,
    )
  }
  const bySequence = new Map(own.map((annotation) => [annotation.sequence, annotation]))
  return given.filter((annotation) => {
    const there = bySequence.get(annotation.sequence)
    if (there && contentDigest(there) !== contentDigest(annotation)) throw otherwise(annotation)
    return !there
  })
}

/** What is said of an annotation whose idempotency key the run has under another number. */
export function takenKey({ runId, idempotencyKey = '' }: Annotation): ConflictError {
  return new ConflictError(
    `run ${runId} has another annotation ${JSON.stringify(idempotencyKey)}, made after it was copied`,
    { idempotencyKey },
  )
}

function otherwise({ runId, sequence }: Annotation): ConflictError {
  return new ConflictError(
    `run ${runId} has another annotation ${sequence}: it was annotated in both stores since it was copied`,
    { sequence },
  )
}

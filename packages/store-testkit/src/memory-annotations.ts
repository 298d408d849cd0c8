import {
  type Annotation,
  type AnnotationQuery,
  annotationsBeside,
  copyJson,
  firstAnnotation,
  matchesAnnotation,
  missingAnnotations,
  type NewAnnotation,
  takenKey,
} from '@ion/store'

/** The annotations of one run. What goes in has been checked and copied; what comes out is a copy. */
export class MemoryAnnotations {
  readonly #runId: string
  readonly #annotations: Annotation[] = []

  constructor(runId: string) {
    this.#runId = runId
  }

  add(annotation: NewAnnotation, now: string): Annotation {
    const { idempotencyKey: key } = annotation
    const first = this.#annotations.find((made) => key !== undefined && made.idempotencyKey === key)
    if (first) return copyJson(firstAnnotation(first, annotation))
    const sequence = this.#annotations.length + 1
    const added = { ...annotation, runId: this.#runId, sequence, annotatedAt: now }
    this.#annotations.push(added)
    return copyJson(added)
  }

  /** Adds those of another store's annotations that are missing; gives how many. */
  takeOver(given: readonly Annotation[]): number {
    const { after, count } = annotationsBeside(given)
    const missing = missingAnnotations(this.#annotations.slice(after, after + count), given)
    for (const annotation of missing) {
      const { idempotencyKey: key } = annotation
      if (key !== undefined && this.#annotations.some((made) => made.idempotencyKey === key))
        throw takenKey(annotation)
      this.#annotations.push(annotation)
    }
    return missing.length
  }

  list({ after, limit, ...filter }: AnnotationQuery & { after: number }): Annotation[] {
    const found = this.#annotations.slice(after).filter((each) => matchesAnnotation(each, filter))
    return copyJson(found.slice(0, limit))
  }
}

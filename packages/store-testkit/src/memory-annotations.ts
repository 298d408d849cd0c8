import {
  type Annotation,
  type AnnotationQuery,
  copyJson,
  firstAnnotation,
  matchesAnnotation,
  type NewAnnotation,
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

  list({ after, limit, ...filter }: AnnotationQuery & { after: number }): Annotation[] {
    const found = this.#annotations.slice(after).filter((each) => matchesAnnotation(each, filter))
    return copyJson(found.slice(0, limit))
  }
}

import type { Annotation } from '@ion/store'
import type { AnnotationLine } from './log-lines.ts'

/** Where an annotation lies in its log, and what it is found by. */
export interface PlacedAnnotation
  extends Pick<Annotation, 'sequence' | 'key' | 'scope' | 'actor' | 'annotatedAt'> {
  start: number
  end: number
}

/** The annotations of a log, without their values. */
export class AnnotationIndex {
  readonly #places: PlacedAnnotation[] = []
  readonly #byIdempotencyKey = new Map<string, PlacedAnnotation>()

  add({ at, annotation }: AnnotationLine, place: { start: number; end: number }): void {
    const { value: _, attempt: __, idempotencyKey, ...facts } = annotation
    const placed = { ...facts, annotatedAt: at, ...place }
    this.#places.push(placed)
    if (idempotencyKey !== undefined) this.#byIdempotencyKey.set(idempotencyKey, placed)
  }

  /** The annotations after this number, in order. */
  after(sequence: number): readonly PlacedAnnotation[] {
    return this.#places.slice(sequence)
  }

  /** The annotation that was made with this idempotency key. */
  madeWith(idempotencyKey: string): PlacedAnnotation | undefined {
    return this.#byIdempotencyKey.get(idempotencyKey)
  }
}

import type { CallOptions } from './contract.ts'
import type { Json } from './json.ts'

/** A note on a run: a verdict, a label, a link, a score, from whoever looks at runs. The engine never reads it. */
export interface NewAnnotation {
  /** What the note is about: 1 to 128 of A-Z a-z 0-9 . _ : / -, the first a letter, a digit or `_`. Any number may have the same. */
  key: string
  value: Json
  /** Who says so, for the record. At most 256 characters. */
  actor?: string
  /** The node path that it is about. Absent: the whole run. */
  scope?: string
  /** Which attempt of that node, from 1. */
  attempt?: number
  /** Chosen by the sender, at most 128 characters: the same key and content again gives the first annotation and no second one. */
  idempotencyKey?: string
}

/** An annotation as stored: numbered 1, 2, 3 … per run, never changed, gone only with its run. */
export interface Annotation extends NewAnnotation {
  runId: string
  sequence: number
  /** When the store took it (ISO, milliseconds, the store's clock). */
  annotatedAt: string
}

/** Which annotations of a run. Every condition given must hold. */
export interface AnnotationFilter {
  /** What the key begins with. */
  prefix?: string
  /** Exactly this node path. */
  scope?: string
  actor?: string
  /** At or after this time (ISO, milliseconds). */
  since?: string
  /** Before this time (ISO, milliseconds). */
  until?: string
}

/** A filter, and which page of what it finds. */
export interface AnnotationQuery extends AnnotationFilter {
  /** The sequence of the last one on the page before. Default 0: from the first. */
  after?: number
  /** At most this many, 1 to 1,000. */
  limit: number
}

/**
 * A store that takes notes on runs, beside the log: nothing that happens in a run depends on them. They need no claim, and may be
 * made in whatever status a run is, also after its end; they leave the run's record as it is.
 *
 * @example
 * if (hasAnnotations(store)) {
 *   await store.annotate(runId, { key: 'review.score', value: 4, actor: 'ann', scope: 'draft' })
 *   const scores = await store.listAnnotations(runId, { prefix: 'review.', limit: 100 })
 * }
 */
export interface Annotations {
  /**
   * Adds an annotation, durably, with the run's next number. Where an answer may be lost, give an `idempotencyKey` and send it
   * again.
   *
   * @throws `not_found`; `invalid_record`; `too_large` when it is over the store's `maxEventBytes` as JSON; `conflict` when the
   * run has another annotation of the same idempotency key.
   */
  annotate(id: string, annotation: NewAnnotation, options?: CallOptions): Promise<Annotation>

  /**
   * Annotations of a run in order of their numbers.
   *
   * @throws `not_found`; `invalid_record` for a query that can't be right.
   */
  listAnnotations(id: string, query: AnnotationQuery, options?: CallOptions): Promise<Annotation[]>
}

/** Whether a store takes annotations. */
export function hasAnnotations<Store extends object>(store: Store): store is Store & Annotations {
  return 'annotate' in store && typeof store.annotate === 'function' && 'listAnnotations' in store
}

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  type Annotation,
  type Annotations,
  hasAnnotations,
  type IWorkflowStore,
  type NewAnnotation,
} from '@ion/store'

/** As many annotations as a page can have. */
export const page = { limit: 1_000 }

/** A handle on a store that was declared to take annotations. */
export function noting<Store extends IWorkflowStore>(store: Store): Store & Annotations {
  assert.ok(hasAnnotations(store), 'the store is declared to take annotations, but has no annotate()')
  return store
}

/** An annotation with all that it can have. */
export const note = (changes: Partial<NewAnnotation> = {}): NewAnnotation => ({
  ...{ key: 'review.score', value: { stars: 4, why: ['clear'] }, actor: 'ann' },
  ...{ scope: 'draft/rework/1', attempt: 2, idempotencyKey: randomUUID() },
  ...changes,
})

/** An annotation with no more than it must have. */
export const bare = (key: string, changes: Partial<NewAnnotation> = {}): NewAnnotation => ({
  ...{ key, value: 1 },
  ...changes,
})

/** The numbers of annotations. */
export const sequencesOf = (annotations: readonly Annotation[]) => annotations.map(({ sequence }) => sequence)

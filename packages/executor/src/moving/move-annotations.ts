import {
  type Annotation,
  contentDigest,
  hasAnnotations,
  type IWorkflowStore,
  importsAnnotations,
} from '@ion/store'
import { ExecutorError } from '../errors.ts'
import { patienceOf, patiently } from '../patience.ts'
import type { MovedParts } from './moving-tally.ts'

const annotationsAPage = 200

/** The annotations of a run page by page, by their numbers; none where the store has no such thing. */
export async function* annotationPages(store: IWorkflowStore, id: string): AsyncGenerator<Annotation[]> {
  if (!hasAnnotations(store)) return
  let after = 0
  for (;;) {
    const page = await patiently(patienceOf({}), () =>
      store.listAnnotations(id, { after, limit: annotationsAPage }),
    )
    if (page.length > 0) yield page
    if (page.length < annotationsAPage) return
    after += page.length
  }
}

/** Where annotations go. */
export interface AnnotationTarget {
  store: IWorkflowStore
  id: string
  /** What becomes of the run is noted here. */
  moved: MovedParts
}

/**
 * Puts annotations to the copy of a run, and reads them there again. Where the store takes none they are left out, and told of.
 *
 * @throws `conflict` when the copy has others in their place; {ExecutorError} `copy_mismatch`.
 */
export async function moveAnnotations(
  pages: AsyncIterable<Annotation[]> | Iterable<Annotation[]>,
  { store, id, moved }: AnnotationTarget,
): Promise<void> {
  for await (const page of pages) {
    const [first] = page
    if (!first) continue
    if (!importsAnnotations(store) || !hasAnnotations(store)) {
      moved.annotations.skipped = true
      return
    }
    moved.annotations.copied += await patiently(patienceOf({}), () => store.importAnnotations(id, page))
    const query = { after: first.sequence - 1, limit: page.length }
    const copied = await patiently(patienceOf({}), () => store.listAnnotations(id, query))
    if (contentDigest(copied) !== contentDigest(page)) {
      const message = `the annotations of run ${id} were not copied as they are`
      throw new ExecutorError('copy_mismatch', message, { runId: id })
    }
  }
}

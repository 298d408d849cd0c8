import { randomUUID } from 'node:crypto'
import {
  type Annotation,
  annotationsBeside,
  type CallOptions,
  missingAnnotations,
  takenKey,
} from '@ion/store'
import { readAnnotations } from './annotations.ts'
import { tooBusy, triesInARow } from './commit-unit.ts'
import { seenOf } from './log-fold.ts'
import type { AnnotationLine } from './log-lines.ts'
import type { RunLog } from './run-log.ts'

/** Puts another store's annotations to a run, each a line of its log with the time that it had; gives how many were missing. */
export async function importAnnotations(
  log: RunLog,
  given: readonly Annotation[],
  { signal }: CallOptions = {},
): Promise<number> {
  return await log.turns.run(async () => {
    await log.refresh()
    const { after, count } = annotationsBeside(given)
    let added = 0
    for (let tries = 0; tries < triesInARow; tries++) {
      const missing = missingAnnotations(await readAnnotations(log, { after, limit: count }), given)
      if (missing.length === 0) {
        await log.makeDurable('unknown')
        return added
      }
      for (const annotation of missing) {
        signal?.throwIfAborted()
        if (!(await log.write(lineFor(log, annotation)))) break
        added += 1
      }
    }
    throw tooBusy(log)
  })
}

function lineFor(log: RunLog, given: Annotation): AnnotationLine {
  const { runId: _, annotatedAt, ...annotation } = given
  const { idempotencyKey } = annotation
  if (idempotencyKey !== undefined && log.index.annotations.madeWith(idempotencyKey)) throw takenKey(given)
  const commit = { id: randomUUID(), index: 0, count: 1 }
  return { commit, at: annotatedAt, seen: seenOf(log.state), annotation }
}

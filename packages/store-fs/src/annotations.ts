import { randomUUID } from 'node:crypto'
import {
  type Annotation,
  type AnnotationQuery,
  type CallOptions,
  CorruptError,
  firstAnnotation,
  matchesAnnotation,
  type NewAnnotation,
} from '@ion/store'
import type { PlacedAnnotation } from './annotation-index.ts'
import { tooBusy, triesInARow } from './commit-unit.ts'
import { seenOf } from './log-fold.ts'
import type { AnnotationLine } from './log-lines.ts'
import type { RunLog } from './run-log.ts'

/** Stores an annotation as a line of the log, which gives it its number; the log's events go on beside it. */
export async function annotate(
  log: RunLog,
  annotation: NewAnnotation,
  clock: () => Date,
  { signal }: CallOptions = {},
): Promise<Annotation> {
  return await log.turns.run(async () => {
    signal?.throwIfAborted()
    await log.refresh()
    for (let tries = 0; tries < triesInARow; tries++) {
      const first = await madeBefore(log, annotation)
      if (first) return first
      const line: AnnotationLine = {
        commit: { id: randomUUID(), index: 0, count: 1 },
        at: clock().toISOString(),
        seen: seenOf(log.state),
        annotation: { sequence: log.state.annotations + 1, ...annotation },
      }
      if (await log.write(line)) return storedAnnotation(log.id, line)
    }
    throw tooBusy(log)
  })
}

/** The annotations that a query finds, in order. */
export async function readAnnotations(
  log: RunLog,
  { after, limit, ...filter }: AnnotationQuery & { after: number },
): Promise<Annotation[]> {
  const found: Annotation[] = []
  for (const place of log.index.annotations.after(after)) {
    if (!matchesAnnotation(place, filter)) continue
    found.push(await annotationAt(log, place))
    if (found.length === limit) break
  }
  return found
}

async function madeBefore(log: RunLog, annotation: NewAnnotation): Promise<Annotation | null> {
  const { idempotencyKey } = annotation
  const place = idempotencyKey === undefined ? undefined : log.index.annotations.madeWith(idempotencyKey)
  if (place === undefined) return null
  const first = firstAnnotation(await annotationAt(log, place), annotation)
  await log.makeDurable('unknown')
  return first
}

async function annotationAt(log: RunLog, { start, end }: PlacedAnnotation): Promise<Annotation> {
  const unit = await log.unitAt(start, end)
  if ('annotation' in unit) return storedAnnotation(log.id, unit)
  throw new CorruptError(`${log.path}: the annotation at byte ${start} is gone`, { file: log.path })
}

function storedAnnotation(runId: string, { at, annotation }: AnnotationLine): Annotation {
  return { ...annotation, runId, annotatedAt: at }
}

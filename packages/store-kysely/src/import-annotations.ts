import {
  type Annotation,
  annotationsBeside,
  type CallOptions,
  ConflictError,
  missingAnnotations,
  takenKey,
  UnavailableError,
} from '@ion/store'
import { sql } from 'kysely'
import { findAnnotation, readAnnotations, valuesOf } from './annotations.ts'
import { annotationRows, inChunks } from './import-statements.ts'
import { Parameter } from './parameter.ts'
import type { BoundStatement, SqlDatabase } from './sql-database.ts'
import { sqlErrorKind } from './sql-errors.ts'

const value = (name: string) => sql`${new Parameter(name)}`

/** Puts another store's annotations to a run, in one transaction; gives how many were missing. */
export async function importAnnotations(
  database: SqlDatabase,
  id: string,
  given: readonly Annotation[],
  call?: CallOptions,
): Promise<number> {
  const { after, count } = annotationsBeside(given)
  for (let looks = 0; looks < 32; looks++) {
    const own = await readAnnotations(database, id, { after, limit: count }, call)
    const missing = missingAnnotations(own, given)
    const [first] = missing
    if (!first) return 0
    try {
      const fenced = await database.sequence(statementsFor(first, missing, database), call)
      if (fenced.length > 0) return missing.length
    } catch (error) {
      if (sqlErrorKind(error) !== 'duplicate') throw error
      await explainDuplicate(database, missing, call)
    }
  }
  throw new UnavailableError(`run ${id} was annotated at every look`, 'none')
}

/** The run's row says first that nobody annotated it meanwhile. */
function statementsFor(
  { runId: id, sequence }: Annotation,
  missing: readonly Annotation[],
  database: SqlDatabase,
): BoundStatement[] {
  const { tables, flavor } = database
  const integer = (name: string) => sql`cast(${value(name)} as ${flavor.integer})`
  const last = missing.at(-1)
  const fence: BoundStatement = {
    key: 'import annotations',
    build: () => sql`
      update ${tables.workflow_runs}
      set last_annotation = ${integer('last')}, last_annotation_at = ${flavor.asTime(value('lastAt'))}
      where id = ${value('id')} and last_annotation = ${integer('before')} returning id`,
    values: { id, before: sequence - 1, last: last?.sequence, lastAt: last?.annotatedAt },
  }
  const rows = inChunks(annotationRows, database)
  const inserts = missing.flatMap((annotation) =>
    rows.add({
      ...valuesOf(id, annotation),
      sequence: annotation.sequence,
      annotatedAt: annotation.annotatedAt,
    }),
  )
  return [fence, ...inserts, ...rows.rest()]
}

/** @throws {ConflictError} unless the one that was in the way is gone, or is one of these by now. */
async function explainDuplicate(
  database: SqlDatabase,
  missing: readonly Annotation[],
  call?: CallOptions,
): Promise<void> {
  const seen = new Set<string>()
  for (const annotation of missing) {
    const { runId, sequence, idempotencyKey } = annotation
    if (idempotencyKey === undefined) continue
    if (seen.has(idempotencyKey))
      throw new ConflictError(
        `two annotations of run ${runId} have the idempotency key ${JSON.stringify(idempotencyKey)}`,
      )
    seen.add(idempotencyKey)
    const other = await findAnnotation(database, valuesOf(runId, annotation), call)
    if (other && other.sequence !== sequence) throw takenKey(annotation)
  }
}

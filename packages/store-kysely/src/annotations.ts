import {
  type Annotation,
  type AnnotationQuery,
  type CallOptions,
  firstAnnotation,
  type Json,
  type NewAnnotation,
  NotFoundError,
} from '@ion/store'
import { sql } from 'kysely'
import { integerOf, jsonOf, timeOf } from './columns.ts'
import { escapeText, unescapeText } from './escaped-text.ts'
import { Parameter, type Row } from './parameter.ts'
import { checkRunExists } from './read-run.ts'
import type { SqlDatabase } from './sql-database.ts'
import { sqlErrorKind } from './sql-errors.ts'
import type { Sql, Step } from './sql-flavor.ts'

const value = (name: string) => sql`${new Parameter(name)}`

/** Stores an annotation with the run's next number; the same idempotency key and content again gives the first one. */
export async function annotate(
  database: SqlDatabase,
  id: string,
  annotation: NewAnnotation,
  call?: CallOptions,
): Promise<Annotation> {
  const values = valuesOf(id, annotation)
  try {
    const row = await database.step('annotate', () => annotating(database), values, call)
    if (!row) throw new NotFoundError(`there is no run ${id}`)
    const place = { sequence: integerOf(row.last_annotation), annotatedAt: timeOf(row.last_annotation_at) }
    return { ...annotation, runId: id, ...place }
  } catch (error) {
    if (sqlErrorKind(error) !== 'duplicate') throw error
  }
  const first = await findAnnotation(database, values, call)
  if (!first) throw new NotFoundError(`run ${id} was deleted meanwhile`)
  return firstAnnotation(first, annotation)
}

/** An annotation as values of its columns. */
export function valuesOf(id: string, annotation: NewAnnotation) {
  const { key, actor, scope, attempt, idempotencyKey } = annotation
  return {
    ...{ id, key, value: JSON.stringify(annotation.value) },
    actor: actor === undefined ? null : escapeText(actor),
    scope: scope ?? null,
    attempt: attempt ?? null,
    idempotencyKey: idempotencyKey === undefined ? null : escapeText(idempotencyKey),
  }
}

/** The annotation of a run that was made with this idempotency key. */
export async function findAnnotation(
  database: SqlDatabase,
  { id, idempotencyKey }: Pick<ReturnType<typeof valuesOf>, 'id' | 'idempotencyKey'>,
  call?: CallOptions,
): Promise<Annotation | null> {
  const statement = () => selecting(database, [sql`idempotency_key = ${value('idempotencyKey')}`])
  const [row] = await database.query('find annotation', statement, { id, idempotencyKey, limit: 1 }, call)
  return row ? annotationOf(id, row) : null
}

/** The annotations that a query finds, in order. @throws {NotFoundError} when there is no such run. */
export async function readAnnotations(
  database: SqlDatabase,
  id: string,
  query: AnnotationQuery & { after: number },
  call?: CallOptions,
): Promise<Annotation[]> {
  const { prefix, scope, actor, since, until, after, limit } = query
  const { flavor } = database
  const conditions: Sql[] = [sql`sequence > ${value('after')}`]
  const where = (given: unknown, condition: Sql) => {
    if (given !== undefined) conditions.push(condition)
  }
  // No character of a key comes after the tilde.
  where(prefix, sql`annotation_key >= ${value('prefix')} and annotation_key < ${value('beyond')}`)
  where(scope, sql`scope = ${value('scope')}`)
  where(actor, sql`actor = ${value('actor')}`)
  where(since, sql`annotated_at >= ${flavor.asTime(value('since'))}`)
  where(until, sql`annotated_at < ${flavor.asTime(value('until'))}`)
  const values = {
    ...{ id, prefix, beyond: `${prefix}~`, scope, since, until, after, limit },
    actor: actor === undefined ? undefined : escapeText(actor),
  }
  const key = `read annotations ${[prefix, scope, actor, since, until].map((given) => given !== undefined)}`
  const rows = await database.query(key, () => selecting(database, conditions), values, call)
  if (rows.length === 0) await checkRunExists(database, id, call)
  return rows.map((row) => annotationOf(id, row))
}

function selecting({ tables, flavor }: SqlDatabase, conditions: readonly Sql[]): Sql {
  return sql`
    select sequence, annotation_key, cast(value as text) as value, actor, scope, attempt, idempotency_key,
      ${flavor.timeText(sql`annotated_at`)} as annotated_at
    from ${tables.workflow_annotations}
    where run_id = ${value('id')} and ${sql.join(conditions, sql` and `)}
    order by sequence limit ${value('limit')}`
}

function annotating({ tables, flavor }: SqlDatabase): Step {
  return {
    fence: sql`
      update ${tables.workflow_runs} as run
      set last_annotation = run.last_annotation + 1, last_annotation_at = ${flavor.now}
      where run.id = ${value('id')}`,
    returns: { columns: ['id', 'last_annotation'], times: ['last_annotation_at'] },
    writes: [
      {
        statement: (from) => sql`
        insert into ${tables.workflow_annotations}
          (run_id, sequence, annotation_key, value, actor, scope, attempt, idempotency_key, annotated_at)
        select fenced.id, fenced.last_annotation, cast(${value('key')} as text), ${flavor.json(value('value'))},
          cast(${value('actor')} as text), cast(${value('scope')} as text),
          cast(${value('attempt')} as ${flavor.integer}), cast(${value('idempotencyKey')} as text),
          fenced.last_annotation_at
        from ${from}`,
      },
    ],
  }
}

function annotationOf(runId: string, row: Row): Annotation {
  const { actor, scope, attempt, idempotency_key: idempotencyKey } = row
  return {
    key: String(row.annotation_key),
    value: jsonOf<Json>(row.value),
    ...(actor === null ? {} : { actor: unescapeText(String(actor)) }),
    ...(scope === null ? {} : { scope: String(scope) }),
    ...(attempt === null ? {} : { attempt: integerOf(attempt) }),
    ...(idempotencyKey === null ? {} : { idempotencyKey: unescapeText(String(idempotencyKey)) }),
    runId,
    sequence: integerOf(row.sequence),
    annotatedAt: timeOf(row.annotated_at),
  }
}

import type { Annotation } from '@ion/store'
import { between, formatAge } from './duration.ts'
import { oneLine } from './one-line.ts'

/** An annotation as a row of a table: key and value, what it is about, who made it and when. */
export function annotationRow(
  { key, value, scope, attempt, actor, annotatedAt }: Annotation,
  now: string,
): string[] {
  const place = scope === undefined ? '' : `on ${scope}${attempt === undefined ? '' : `, attempt ${attempt}`}`
  const by = actor === undefined ? '' : `by ${oneLine(actor)}, `
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value))
  return [`${key}=${text}`, place, `${by}${formatAge(between(annotatedAt, now))}`]
}

import type { PlacedReference, Reference } from './template/reference.ts'
import type { Span } from './yaml/source-text.ts'

/** A reference of a workflow's source, with the field it stands in. */
export interface ReferenceSite {
  nodeId: string
  /** The field's path on the node: `bash`, `when`, `env.TOKEN`, `loop.until_bash`. */
  field: string
  reference: Reference
  /** As the author wrote it. */
  source: string
  /** Where it stands in the file; found only when it is needed. */
  span(): Span
}

/** Makes the site of a placed reference. */
export function referenceSite(
  place: { nodeId: string; field: string; spanOf: (inText: Span) => Span },
  { reference, source, start, end }: PlacedReference,
): ReferenceSite {
  const { nodeId, field, spanOf } = place
  return { nodeId, field, reference, source, span: () => spanOf({ start, end }) }
}
